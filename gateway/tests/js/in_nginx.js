// Runs a suite, named by the last part of the path, in nginx. Answers {passed, failed: [text]}.

import suites from './suites.js';

async function run(r) {
    const cases = suites[r.uri.split('/').pop()];
    const failed = [];
    for (let i = 0; i < cases.length; i++) {
        try {
            await cases[i][1]();
        } catch (error) {
            failed.push(cases[i][0] + ': ' + error.message);
        }
    }
    r.return(200, JSON.stringify({ passed: cases.length - failed.length, failed: failed }));
}

function names(r) {
    r.return(200, JSON.stringify(Object.keys(suites)));
}

export default { run, names };
