// The settings that the modules need. entrypoint.sh puts the values in; none of them can have a quote or a backslash.

export default {
    // Seconds by which clocks may differ.
    leeway: 30,
    internalPort: '${INTERNAL_PORT}',
    services: '${SERVICES}',
    workers: '${WORKERS}',
    issuer: '${TOKEN_ISSUER}',
    audience: '${TOKEN_AUDIENCE}',
    // Issuer, audience and algorithms, without spaces.
    mark: '${TOKEN_MARK}',
    algorithms: '${TOKEN_ALGORITHMS}',
    feedStale: '${FEED_STALE}',
    feedMaxAge: +'${FEED_MAX_AGE}',
    userRequests: +'${USER_REQUESTS}',
    userPeriod: +'${USER_PERIOD}',
    refusedRequests: +'${REFUSED_REQUESTS}',
    refusedPeriod: +'${REFUSED_PERIOD}',
};
