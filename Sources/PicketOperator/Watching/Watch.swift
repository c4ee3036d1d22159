/// Looks at everything again whenever a monitor publishes something, and from time to time all the same.
package struct Watch: Sendable {
    /// Events come in flocks: one look for all that arrive within this.
    private static let settling: Duration = .milliseconds(60)
    private static let mostEvents = 500

    private let panel: Panel
    private let settings: OperatorSettings
    private let interval: Duration
    private let group: String?

    package init(_ panel: Panel, _ settings: OperatorSettings, group: String?, interval: Duration) {
        self.panel = panel
        self.settings = settings
        self.group = group
        self.interval = interval
    }

    private enum Impulse: Sendable {
        case news(MonitorNews)
        case wish(FullScreen.Wish)
        case looked(Survey, [GroupPicture])
        case due
    }

    /// What was seen last, and is drawn.
    private struct View {
        var survey = Survey([])
        var groups: [GroupPicture] = []
        var chosen: String?
        var events: [WatchPage.Line] = []
        var isLooking = false
        var isDue = false
    }

    /// Until the operator has had enough.
    package func run(on screen: FullScreen, palette: Palette) async {
        let feed = NewsFeed(panel)
        let (impulses, continuation) = AsyncStream.makeStream(of: Impulse.self, bufferingPolicy: .bufferingNewest(10_000))
        let wishes = screen.wishes
        let sources = [
            Task { for await news in feed.news { continuation.yield(.news(news)) } },
            Task { for await wish in wishes { continuation.yield(.wish(wish)) } },
            Task {
                while (try? await Task.sleep(for: interval)) != nil { continuation.yield(.due) }
            },
        ]
        defer {
            for source in sources { source.cancel() }
            feed.end()
            screen.restore()
        }
        var view = View()
        look(&view, feed, continuation, after: .zero)
        for await impulse in impulses {
            switch impulse {
            case .news(let news):
                view.events.append(.init(time: WallTime.of(news.at).clockWithMilliseconds, news: news))
                view.events.removeFirst(max(0, view.events.count - Self.mostEvents))
                look(&view, feed, continuation, after: Self.settling)
            case .looked(let survey, let groups):
                (view.survey, view.groups, view.isLooking) = (survey, groups, false)
                if view.isDue { look(&view, feed, continuation, after: Self.settling) }
            case .due: look(&view, feed, continuation, after: .zero)
            case .wish(.quit): return
            case .wish(.look): look(&view, feed, continuation, after: .zero)
            case .wish(.up): choose(&view, -1)
            case .wish(.down): choose(&view, 1)
            case .wish(.resized): break
            }
            draw(view, screen, palette)
        }
    }

    /// One look at a time; what happens meanwhile is a reason for another.
    private func look(_ view: inout View, _ feed: NewsFeed, _ continuation: AsyncStream<Impulse>.Continuation, after pause: Duration) {
        guard !view.isLooking else { return view.isDue = true }
        (view.isLooking, view.isDue) = (true, false)
        Task {
            try? await Task.sleep(for: pause)
            let survey = await panel.survey(of: group)
            await feed.listen(to: survey.answering.map(\.address))
            let reports = await InstanceInquiry(panel, settings).reports(survey)
            continuation.yield(.looked(survey, GroupMerging(survey, reports: reports, zones: settings.zones).pictures))
        }
    }

    private func choose(_ view: inout View, _ step: Int) {
        guard !view.groups.isEmpty else { return }
        let index = view.groups.firstIndex { $0.name == view.chosen } ?? 0
        view.chosen = view.groups[max(0, min(view.groups.count - 1, index + step))].name
    }

    private func draw(_ view: View, _ screen: FullScreen, _ palette: Palette) {
        let page = WatchPage(
            origin: settings.origin, time: WallTime.now.clock, survey: view.survey, groups: view.groups, chosen: view.chosen,
            events: view.events)
        let (width, height) = screen.size
        screen.draw(page.lines(width: width, height: height, palette: palette))
    }
}
