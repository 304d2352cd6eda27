#if canImport(Glibc)
  import Glibc
#endif

/// The network interfaces of this machine.
enum Interfaces {
  /// How an interface is.
  enum State: Sendable { case up, down, gone }

  /// Their names, in the system's order.
  static var names: [String] {
    // SAFETY: the list ends in an index of zero, and is freed below.
    guard let list = unsafe if_nameindex() else { return [] }
    defer { unsafe if_freenameindex(list) }
    var names: [String] = []
    var place = unsafe list
    while unsafe place.pointee.if_index != 0, let name = unsafe place.pointee.if_name {
      names.append(unsafe String(cString: name))
      unsafe place += 1
    }
    return names
  }

  /// Whether an interface is there, up, and connected; `any` is always.
  static func state(_ name: String) -> State {
    guard name != "any" else { return .up }
    var first: UnsafeMutablePointer<ifaddrs>?
    // SAFETY: the list is freed below; every pointer in it holds until then.
    guard unsafe getifaddrs(&first) == 0 else { return .up }
    defer { unsafe freeifaddrs(first) }
    var place = unsafe first
    while let entry = unsafe place {
      if unsafe String(cString: entry.pointee.ifa_name) == name {
        let running = UInt32(IFF_UP) | UInt32(IFF_RUNNING)
        return unsafe entry.pointee.ifa_flags & running == running ? .up : .down
      }
      unsafe place = entry.pointee.ifa_next
    }
    return .gone
  }
}
