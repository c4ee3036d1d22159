import PicketStatus

/// The monitor's figures, where all who count them reach them. On the control loop only: no lock, and no copy but for who looks.
final class FigureKeeper {
    var figures = MonitorFigures()
}
