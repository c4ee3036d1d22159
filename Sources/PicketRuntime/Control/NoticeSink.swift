import Logging
import PicketCore
import PicketWire

/// Where notices go: the log, by their level, and everybody who subscribed.
final class NoticeSink {
    private let logger: Logger
    private let subscribers: Subscribers

    init(logger: Logger, subscribers: Subscribers) {
        self.logger = logger
        self.subscribers = subscribers
    }

    func publish(_ notice: Notice) {
        let channel = NoticeText.channel(of: notice.kind)
        let message = NoticeText.message(of: notice)
        let level: Logger.Level =
            switch NoticeText.level(of: notice.kind) {
            case .verbose: .info
            case .notice: .notice
            case .warning: .warning
            }
        logger.log(level: level, "\(channel) \(message)")
        subscribers.publish(message, on: channel)
    }
}
