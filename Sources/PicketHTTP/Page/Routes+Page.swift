import Hummingbird
import NIOCore

/// The page: three files that belong to the program, and nothing else.
extension Routes {
    func addPage(_ router: Router<PageContext>) {
        router.get("/") { _, _ in try Responses.bytes(ByteBuffer(bytes: PackageResources.page_html), "text/html; charset=utf-8") }
        router.get("/page.css") { _, _ in try Responses.bytes(ByteBuffer(bytes: PackageResources.page_css), "text/css; charset=utf-8") }
        router.get("/page.js") { _, _ in
            try Responses.bytes(ByteBuffer(bytes: PackageResources.page_js), "text/javascript; charset=utf-8")
        }
    }
}
