/// One search operation (RFC 4511 section 4.5.1).
struct SearchRequest {
  enum Scope: Int32 {
    case base = 0
    case oneLevel = 1
    case subtree = 2
  }

  struct Control {
    var oid: String
    var isCritical = true
    /// In BER; empty where the control has none.
    var value: [UInt8] = []
  }

  var base: String
  var scope = Scope.subtree
  var filter = "(objectClass=*)"
  var attributes: [String]
  var controls: [Control] = []
}
