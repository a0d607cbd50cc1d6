# Of what `kubectl kustomize` prints, the objects of a kind, name and component, each a pattern for the whole of it; with
# others=1 those of all other kinds.

function tell() {
    if (kind != "" && (kind ~ "^(" kinds ")$") != others && name ~ "^(" names ")$" && component ~ "^(" components ")$")
        printf "---\n%s", text
    text = kind = name = component = ""
    within = 0
}

/^---$/ { tell(); next }
{ text = text $0 "\n" }
/^[a-zA-Z]/ { within = ($1 == "metadata:") }
$1 == "kind:" && /^kind/ { kind = $2 }
within && /^  name: / { name = $2 }
within && /^    app.kubernetes.io\/component: / { component = $2 }
END { tell() }
