/// An operating system under any of its spellings, and what it is to onboarding (rules R58, R59).
///
/// `Windows10` with version `1607`, `Microsoft Windows 10 Pro, version 1607`, build 14393 and
/// `10.0.14393` are one thing (R172).
public struct OperatingSystem: Hashable, Sendable {
  public enum Family: String, CaseIterable, Sendable {
    case windows7 = "Windows 7"
    case windows8 = "Windows 8"
    case windows81 = "Windows 8.1"
    case windows10 = "Windows 10"
    case windows11 = "Windows 11"
    case server2008R2 = "Windows Server 2008 R2"
    case server2012 = "Windows Server 2012"
    case server2012R2 = "Windows Server 2012 R2"
    /// The long-term release and the semi-annual ones from 1709 to 20H2: the seeds name them so.
    case server2016 = "Windows Server 2016"
    case server2019 = "Windows Server 2019"
    /// Server 2022 and what came after it.
    case laterServer = "Windows Server 2022 or later"
    case android = "Android"
    case iOS = "iOS"
    case other = "other"
  }

  /// A release by its name, in the order of time.
  public struct Release: Hashable, Comparable, Sendable {
    public var name: String
    /// The build that it is known by.
    public var build: Int

    public static func < (left: Release, right: Release) -> Bool { left.build < right.build }
  }

  public var family: Family
  public var release: Release?
  /// Of a phone or tablet, or 10.0.BUILD.
  public var version: PlatformVersion?
  /// As it was written.
  public var name: String

  /// Reads a name as people, inventories or the endpoint side write it.
  ///
  /// - Parameters:
  ///   - name: such as `Windows Server 2016, version 1803` or `WindowsServer2016`.
  ///   - version: such as `1607`, `23H2`, `10.0.15063` or `8.0`.
  ///   - build: such as 14393.
  public init(_ name: String, version: String? = nil, build: Int? = nil) {
    self.name = name
    let words = OperatingSystem.words(of: name)
    family = OperatingSystem.family(compact: words.joined(), words: words)
    let all = words + (version.map(OperatingSystem.words) ?? [])
    var number = build
    for word in all where number == nil { number = OperatingSystem.build(in: word) }
    release = number.flatMap(OperatingSystem.release(ofBuild:))
    if number == nil {
      release = all.compactMap(OperatingSystem.release(named:)).last
      number = release?.build
    }
    if family == .windows10, let number, number >= OperatingSystem.firstBuildOfWindows11 {
      family = .windows11
    }
    if family == .android || family == .iOS {
      release = nil
      self.version =
        version.flatMap(PlatformVersion.init) ?? words.compactMap(PlatformVersion.init).last
    } else if let number, number > 0 {
      self.version = UInt32(exactly: number).map { PlatformVersion([10, 0, $0]) }
    }
  }

  /// What people are told: the family, with the release where it is known.
  public var text: String {
    switch family {
    case .other: name
    case .android, .iOS: version.map { "\(family.rawValue) \($0)" } ?? family.rawValue
    default: release.map { "\(family.rawValue), version \($0.name)" } ?? family.rawValue
    }
  }

  public var isWindowsClient: Bool {
    [.windows7, .windows8, .windows81, .windows10, .windows11].contains(family)
  }

  // MARK: - Reading

  /// Lower case, without punctuation other than dots inside numbers.
  private static func words(of text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "." }.map(String.init)
  }

  /// Parts of a name that tell the family, the longer ones first.
  private static let marks: [(mark: String, family: Family)] = [
    ("server2008r2", .server2008R2), ("2008r2", .server2008R2), ("server2012r2", .server2012R2),
    ("2012r2", .server2012R2), ("server2012", .server2012), ("server2016", .server2016),
    ("server2019", .server2019), ("server2022", .laterServer), ("server2025", .laterServer),
    ("windows11", .windows11), ("win11", .windows11), ("windows10", .windows10),
    ("win10", .windows10), ("windows8.1", .windows81), ("windows8blue", .windows81),
    ("win8.1", .windows81), ("windows81", .windows81), ("windows8", .windows8),
    ("windows7", .windows7), ("win7", .windows7), ("ipados", .iOS), ("ios", .iOS),
    ("android", .android),
  ]

  private static func family(compact: String, words: [String]) -> Family {
    let edition = compact.replacing("windowsserver", with: "server")
    if let known = marks.first(where: { edition.contains($0.mark) }) { return known.family }
    // "Windows Server, version 1803" and "Server 1803" carry no year.
    if compact.contains("server"), words.contains(where: { release(named: $0) != nil }) {
      return .server2016
    }
    return .other
  }

  /// The 15063 of `10.0.15063.1387`, or of `15063` after "build".
  private static func build(in word: String) -> Int? {
    let parts = word.split(separator: ".")
    if parts.count >= 3, parts[0] == "10", let build = Int(parts[2]) { return build }
    guard word.utf8.count == 5, let build = Int(word), build >= releases[0].build else {
      return nil
    }
    return build
  }

  private static let firstBuildOfWindows11 = 22000

  /// The releases of Windows 10, 11 and the semi-annual servers, by the order of their builds
  /// (Microsoft's release information).
  private static let releases: [Release] = [
    Release(name: "1507", build: 10240), Release(name: "1511", build: 10586),
    Release(name: "1607", build: 14393), Release(name: "1703", build: 15063),
    Release(name: "1709", build: 16299), Release(name: "1803", build: 17134),
    Release(name: "1809", build: 17763), Release(name: "1903", build: 18362),
    Release(name: "1909", build: 18363), Release(name: "2004", build: 19041),
    Release(name: "20H2", build: 19042), Release(name: "21H1", build: 19043),
    Release(name: "21H2", build: 19044), Release(name: "22H2", build: 19045),
    Release(name: "23H2", build: 22631), Release(name: "24H2", build: 26100),
    Release(name: "25H2", build: 26200),
  ]

  static func release(named word: String) -> Release? {
    let upper = word.uppercased()
    return releases.first { $0.name == upper }
  }

  /// The last release that began at or before a build.
  private static func release(ofBuild build: Int) -> Release? {
    releases.last { $0.build <= build }
  }

  static let version1607 = Release(name: "1607", build: 14393)
  static let version1803 = Release(name: "1803", build: 17134)
}
