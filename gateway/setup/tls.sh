# What TLS needs: a certificate and its key, both or neither, and an address to send those to who come without TLS.

derive_tls() {
    TLS_LISTEN=$HOST:$TLS_PORT
    TLS_ORIGIN= TLS_LINE=
    HSTS="max-age=$HSTS_MAX_AGE"
    if [ "$HSTS_SUBDOMAINS" = on ]; then HSTS="$HSTS; includeSubDomains"; fi
    if [ -n "$TLS_CERTIFICATE$TLS_KEY" ]; then
        [ -n "$TLS_KEY" ] || refuse "TLS_CERTIFICATE is set, and TLS_KEY is not"
        [ -n "$TLS_CERTIFICATE" ] || refuse "TLS_KEY is set, and TLS_CERTIFICATE is not"
        require_readable TLS_CERTIFICATE "$TLS_CERTIFICATE"
        require_readable TLS_KEY "$TLS_KEY"
        # nginx would ask for the passphrase, and wait.
        if grep -q ENCRYPTED "$TLS_KEY"; then refuse "TLS_KEY is under a passphrase; give it without one"; fi
        [ "$TLS_PORT" != "$PORT" ] || refuse "TLS_PORT is the same as PORT"
        TLS_LINE='include conf.d/tls.conf;'
        TLS_ORIGIN=$(tls_origin)
    fi
    export TLS_LISTEN TLS_ORIGIN TLS_LINE HSTS
}

require_readable() {
    if [ ! -f "$2" ] || [ ! -r "$2" ]; then refuse "$1 is not a file that can be read"; fi
}

# That of PUBLIC_URL: then nothing that a client sends decides where it is sent. Without one, the host that it named.
tls_origin() {
    case $PUBLIC_URL in
        https://*) printf '%s\n' "$PUBLIC_URL" | cut -d / -f 1-3 ;;
        ?*)        refuse "PUBLIC_URL has no https, and TLS_CERTIFICATE is set" ;;
        *)         if [ "$TLS_PORT" = 443 ]; then echo 'https://$client_name'; else echo "https://\$client_name:$TLS_PORT"; fi ;;
    esac
}
