import Evidence

/// What a service runs, as far as it tells of abuse.
struct ServicePath {
  /// Lower case, quotes dropped.
  private let text: String

  init(_ path: String) { text = Self.bare(path) }

  private static func bare(_ path: String) -> String {
    let lower = path.lowercased()
    let quote = UInt8(ascii: "\"")
    guard lower.utf8.contains(quote) else { return lower }
    return String(decoding: lower.utf8.filter { $0 != quote }, as: UTF8.self)
  }

  /// The signs of abuse in the path, in words.
  var signs: [String] {
    guard !text.isEmpty else { return [] }
    var found: [String] = []
    if let shell = interpreter { found.append("it runs a command interpreter (\(shell))") }
    if isEncoded { found.append("its command is encoded or hidden") }
    if writesBack { found.append("its output goes to a share of the computer itself") }
    if text.hasPrefix("\\\\") {
      found.append("its program lies on a share (\(program ?? text))")
    }
    if isInOddFolder {
      found.append("its program lies where no software installs itself (\(program ?? text))")
    }
    return found
  }

  private static let interpreters = [
    "%comspec%", "cmd.exe", "cmd", "powershell.exe", "powershell", "pwsh", "pwsh.exe", "mshta",
    "mshta.exe", "wscript", "wscript.exe", "cscript", "cscript.exe", "rundll32", "rundll32.exe",
    "regsvr32", "regsvr32.exe", "certutil", "certutil.exe", "bitsadmin", "bitsadmin.exe",
    "msbuild.exe", "installutil.exe",
  ]

  /// The interpreter that the command begins with.
  private var interpreter: String? {
    let words = text.utf8.split(maxSplits: 1) {
      $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
    }
    guard let first = words.first.map(Substring.init) else { return nil }
    let name = String(first.afterLast("\\").afterLast("/"))
    guard Self.interpreters.contains(name) else { return nil }
    return name
  }

  private var isEncoded: Bool {
    let marks = [
      " -e ", " -en ", " -enc ", " -enco", " -ec ", "-encodedcommand", "frombase64string",
      "-w hidden", "-windowstyle hidden", "downloadstring", "invoke-expression", "iex(", "iex (",
    ]
    if marks.contains(where: { text.hasOctets($0) }) { return true }
    // Longer than any folder or file name: MAX_PATH has 260, one component 255 characters.
    let words = text.utf8.split {
      $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "/")
    }
    return words.contains { $0.count > 260 }
  }

  /// Tools without a program of their own redirect output to a share, and read it there.
  private var writesBack: Bool {
    guard text.hasOctets(">") else { return false }
    return text.hasOctets("\\\\127.0.0.1\\") || text.hasOctets("\\\\localhost\\")
      || text.hasOctets("$\\__output")
  }

  private var program: String? { Self.program(in: text) }

  private static let systemRoots = [
    "%systemroot%\\", "%windir%\\", "c:\\windows\\", "\\systemroot\\",
  ]
  private static let oddFolders = [
    "\\temp\\", "\\tmp\\", "%temp%", "%tmp%", "\\users\\public\\", "\\perflogs\\",
    "\\appdata\\", "\\$recycle.bin\\", "\\downloads\\",
  ]

  /// Straight in the Windows directory (where ADMIN$ leads), straight in a drive's root (where C$
  /// leads), or in a folder for temporary things.
  private var isInOddFolder: Bool {
    if Self.oddFolders.contains(where: { text.hasOctets($0) }) { return true }
    let command = text.before(" ")
    for root in Self.systemRoots where command.hasPrefix(root) {
      return !command.utf8.dropFirst(root.utf8.count).contains(UInt8(ascii: "\\"))
    }
    let drive = command.before("\\")
    let program = command.afterLast("\\")
    return drive.utf8.last == UInt8(ascii: ":") && program.hasSuffix(".exe")
      && drive.utf8.count + program.utf8.count + 1 == command.utf8.count
  }

  // MARK: - Names

  /// Services of tools that run commands on other computers.
  private static let toolNames = [
    "psexe", "paexec", "remcom", "winexesvc", "btobto", "csexec", "mimidrv", "mimikatz", "smbexec",
  ]

  /// The signs of abuse in a service's name, in words.
  static func signs(ofName name: String, path: String) -> [String] {
    let lower = name.lowercased()
    if toolNames.contains(where: { lower.hasPrefix($0) }) {
      return ["its name is that of a tool for running commands on other computers (\(name))"]
    }
    let folder = ServicePath(path)
    guard isRandom(name), folder.isInOddFolder || folder.interpreter != nil || path.isEmpty else {
      return []
    }
    return ["its name looks random (\(name))"]
  }

  /// Whether a name is a row of letters as tools draw them: 4, 8 or 16, of mixed case in no order, or
  /// without a syllable.
  static func isRandom(_ name: String) -> Bool {
    let letters = Array(name.utf8)
    guard [4, 8, 16].contains(letters.count),
      letters.allSatisfy({ (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) })
    else { return false }
    let isUpper = letters.map { $0 < 0x60 }
    let changes = zip(isUpper, isUpper.dropFirst()).count { $0 != $1 }
    // WinDefend changes case twice after its first letter; drawn letters change at every second.
    if letters.count >= 8, changes * 5 >= letters.count * 2, isUpper.contains(true) { return true }
    let vowels = letters.count { "aeiouyAEIOUY".utf8.contains($0) }
    return vowels * 8 <= letters.count
  }

  /// The last component of a path, lower case, if it is a program or a script.
  static func program(in path: String) -> String? {
    let text = bare(path)
    for ending in [".exe", ".dll", ".sys", ".bat", ".cmd", ".ps1", ".scr", ".com"] {
      guard let start = text.firstOctets(ending) else { continue }
      let whole = Substring(text.utf8.prefix(start + ending.utf8.count))
      return String(whole.afterLast("\\").afterLast("/"))
    }
    return nil
  }

  /// Programs that software distribution in common use writes to ADMIN$ before it starts them.
  ///
  /// Their names alone excuse nothing else: a path in an odd folder, or an interpreter, still counts.
  static func isDistribution(_ program: String) -> Bool {
    ["ccmsetup", "pdqdeployrunner", "pdqinventoryscanner", "lansweeper"].contains {
      program.hasPrefix($0)
    }
  }
}
