/// How servers of one sort are talked to.
package struct ConnectionOptions: Hashable, Sendable {
    package var credentials: Credentials?
    package var tls: TLSOptions?
    /// Until a connection stands, greeting included.
    package var connectLimit: Duration
    /// Until an answer is there.
    package var answerLimit: Duration

    package init(
        credentials: Credentials? = nil, tls: TLSOptions? = nil, connectLimit: Duration = .seconds(1), answerLimit: Duration = .seconds(2)
    ) {
        self.credentials = credentials
        self.tls = tls
        self.connectLimit = connectLimit
        self.answerLimit = answerLimit
    }
}
