/// What a workspace may be called: the name is a folder's, a column's and part of a URL.
public enum WorkspaceName {
  /// A host label's length (RFC 1035 section 2.3.4): short enough for every place it appears in.
  public static let maximumLength = 63

  /// Says why a name cannot be used; nil for a usable one.
  public static func objection(to name: String) -> String? {
    guard !name.isEmpty else { return "a workspace needs a name" }
    guard name.utf8.count <= maximumLength else {
      return "a workspace's name has at most \(maximumLength) characters"
    }
    guard name.utf8.allSatisfy(isAllowed), name.utf8.first != UInt8(ascii: "-") else {
      return "a workspace's name consists of a-z, 0-9 and -, and does not begin with -"
    }
    // `Workspaces/primary` is the file that says which workspace is primary.
    guard name != "primary" else { return "the name 'primary' is taken by the program" }
    return nil
  }

  private static func isAllowed(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
