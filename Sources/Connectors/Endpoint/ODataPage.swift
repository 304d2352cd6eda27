import Foundation
import Workspaces

/// A page of a REST collection: its documents, and where the next page is.
struct ODataPage {
  var documents: [JSONFields]
  var next: String?

  init(_ bytes: [UInt8], of place: String) throws {
    let root: Any
    do {
      root = try JSONSerialization.jsonObject(with: Data(bytes))
    } catch {
      throw EndpointFailure(.malformed, "\(place): the answer is not JSON")
    }
    guard let members = root as? [String: Any], let list = members["value"] as? [Any] else {
      throw EndpointFailure(.malformed, "\(place): the answer has no list of documents")
    }
    documents = list.enumerated().compactMap { index, element in
      (element as? [String: Any]).map {
        JSONFields($0, file: place, place: "document \(index + 1)")
      }
    }
    next = members["@odata.nextLink"] as? String
  }

  /// The code of an error in the API's shape; nil for another.
  static func errorCode(_ bytes: [UInt8]) -> String? {
    do {
      let root = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
      return (root?["error"] as? [String: Any])?["code"] as? String
    } catch {
      return nil
    }
  }
}
