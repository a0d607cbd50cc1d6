// What the cases expect. Node's assert is not in njs.

function equal(actual, expected, what) {
    const texts = [actual, expected].map((value) => JSON.stringify(value));
    if (texts[0] !== texts[1]) {
        throw new Error((what ? what + ': ' : '') + texts[0] + ' instead of ' + texts[1]);
    }
}

/** `call` must throw, with that `code` if one is given. */
function throws(call, code, what) {
    let value;
    try {
        value = call();
    } catch (error) {
        if (code !== undefined) {
            equal(error.code, code, what);
        }
        return;
    }
    throw new Error((what || 'this') + ' was taken: ' + JSON.stringify(value));
}

async function rejects(promise, what) {
    let value;
    try {
        value = await promise;
    } catch (error) {
        return;
    }
    throw new Error((what || 'this') + ' was taken: ' + JSON.stringify(value));
}

export default { equal, throws, rejects };
