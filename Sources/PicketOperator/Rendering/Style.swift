/// How a word is to look like. What colours these are is the palette's affair.
package enum Style: String, Hashable, Sendable {
    case plain
    case strong
    case faint
    case good
    case doubtful
    case bad
    case named
}
