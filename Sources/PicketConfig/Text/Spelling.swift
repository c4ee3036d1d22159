/// Finds the name that was probably meant.
enum Spelling {
    /// The nearest of `names`, if it is near: at most one slip in three characters, and no more than three.
    static func nearest(to word: String, among names: some Sequence<String>) -> String? {
        let limit = min(3, max(1, word.utf8.count / 3))
        var best: (name: String, distance: Int)?
        for name in names {
            guard abs(name.utf8.count - word.utf8.count) <= limit else { continue }
            let distance = distance(Array(word.utf8), Array(name.utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
                var least = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    least = min(least, beforePrevious[column - 1] + 1)
                }
                current.append(least)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
