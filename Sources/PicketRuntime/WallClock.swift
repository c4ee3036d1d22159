import Glibc

/// The time of day: for people and for logs. No decision is made by it, save how much of a pause went by while no process ran.
enum WallClock {
    /// Since 1970.
    static var milliseconds: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
