import HTTPTypes
import Hummingbird
import NIOHTTP1

/// For all answers: nothing but reading, no body of a request, headers for browsers, and a count.
struct GuardMiddleware<Context: RequestContext>: RouterMiddleware {
    let counters: HTTPCounters

    /// Everything that the page needs comes from here, and nothing from anywhere else.
    static var policy: String {
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'"
    }

    func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        // Nobody here wants a body: who sends one is answered 400 and cut off, without reading it.
        if request.headers[.contentLength].map({ $0 != "0" }) ?? (request.headers[.transferEncoding] != nil) {
            counters.note(status: 400)
            throw HTTPParserError.unknown
        }
        var response: Response
        if request.method == .get || request.method == .head {
            do {
                response = try await next(request, context)
            } catch let error as HTTPError {
                response = try Responses.error(error.status, error.body ?? error.status.reasonPhrase)
            }
        } else {
            response = try Responses.error(.methodNotAllowed, "Only GET and HEAD: nothing is changed over HTTP. Use picket, or SENTINEL.")
            response.headers[.allow] = "GET, HEAD"
        }
        counters.note(status: response.status.code)
        response.headers[.contentSecurityPolicy] = Self.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.cacheControl] = "no-store"
        response.headers[HTTPField.Name("Referrer-Policy")!] = "no-referrer"
        return response
    }
}
