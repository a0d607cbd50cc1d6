# What traces need: who collects them, and how many.

derive_tracing() {
    CONTINUED_TRACE='default $received_trace'
    OWN_TRACES='* 01;'
    COLLECTOR= COLLECTOR_PATH= SPANS_LINE= SPAN_SENDING_LINE= SPAN_LOG_LINES= LOGGED_SPAN=
    if [ -n "$OTEL_EXPORTER_OTLP_ENDPOINT" ]; then
        CONTINUED_TRACE='"~^00-(?<callers_trace>.{32})-.{16}-(?<callers_flags>..)$" "00-$callers_trace-$span_id-$callers_flags"'
        OWN_TRACES=$(awk -v share="$OTEL_TRACES_SAMPLER_ARG" 'BEGIN {
            if (share >= 1) print "* 01;"; else if (share < 0.0001) print "* 00;"; else printf "%.2f%% 01; * 00;", share * 100
        }')
        COLLECTOR=${OTEL_EXPORTER_OTLP_ENDPOINT#http://}
        COLLECTOR=${COLLECTOR%"${COLLECTOR##*[!/]}"}
        case $COLLECTOR in */*) COLLECTOR_PATH=/${COLLECTOR#*/} COLLECTOR=${COLLECTOR%%/*} ;; esac
        COLLECTOR_PATH=$COLLECTOR_PATH/v1/traces
        case $COLLECTOR in *:*[0-9]) ;; *) COLLECTOR=$COLLECTOR:80 ;; esac
        SPANS_LINE='include conf.d/spans.conf;'
        SPAN_SENDING_LINE='include conf.d/span_sending.conf;'
        SPAN_LOG_LINES='access_log spans.0 span buffer=32k flush=250ms if=$spanned_in_0;
access_log spans.1 span buffer=32k flush=250ms if=$spanned_in_1;'
        LOGGED_SPAN='$span_id'
    fi
    export CONTINUED_TRACE OWN_TRACES COLLECTOR COLLECTOR_PATH SPANS_LINE SPAN_SENDING_LINE SPAN_LOG_LINES LOGGED_SPAN
}
