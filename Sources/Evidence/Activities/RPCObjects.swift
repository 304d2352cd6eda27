/// An object of DCOM activated, or its interfaces asked for (MS-DCOM section 3.1.2.5.2).
public struct ObjectActivation: Sendable {
  /// The class; nil where only interfaces were asked of an object that exists.
  public var classID: RPCInterface?
  public var interfaces: [RPCInterface]

  public init(classID: RPCInterface?, interfaces: [RPCInterface]) {
    self.classID = classID
    self.interfaces = interfaces
  }

  /// Windows Management Instrumentation's root object (MS-WMI section 1.9).
  public static let management = RPCInterface(
    high: 0x8bc3_f05e_d86b_11d0, low: 0xa075_00c0_4fb6_8820)
}

/// A call to Windows Management Instrumentation, or a method called by name (MS-WMI section 3.1.4,
/// MS-OAUT section 3.1.4).
public struct ManagementOperation: Sendable {
  public enum Action: String, Sendable {
    case login, openNamespace, object, classObject, instances, query, notification, execute, put
    case delete, names, invoke
  }

  public var action: Action
  /// The namespace, class or object.
  public var object: String?
  /// The query, or the method.
  public var text: String?

  public init(action: Action, object: String? = nil, text: String? = nil) {
    self.action = action
    self.object = object
    self.text = text
  }
}
