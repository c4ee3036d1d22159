/// What text is made for.
package struct Page: Hashable, Sendable {
    package var palette: Palette
    /// With everything there is.
    package var isWide: Bool
    /// Characters in a line; nil: as many as it takes.
    package var width: Int?

    package init(palette: Palette = .plain, isWide: Bool = false, width: Int? = nil) {
        self.palette = palette
        self.isWide = isWide
        self.width = width
    }
}
