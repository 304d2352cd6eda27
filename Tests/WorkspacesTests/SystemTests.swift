import Evidence
import Testing
import Workspaces

@Suite struct `Operating systems` {
  private func kind(_ name: String, _ version: String? = nil, build: Int? = nil) -> String {
    OnboardingClass(OperatingSystem(name, version: version, build: build)).name
  }

  @Test func `R57: version 2002 onboards six systems`() {
    let manager = ConfigurationManager(version: 2002)
    for name in [
      "Windows 8.1", "Windows 10, version 1607", "Windows Server 2012 R2", "Windows Server 2016",
      "Windows Server 2016, version 1803", "Windows Server 2019",
    ] {
      #expect(manager.objection(to: OperatingSystem(name)) == nil, "\(name)")
    }
    #expect(manager.objection(to: OperatingSystem("Windows 8")) != nil)
  }

  @Test func `R58: Windows 10 from 1607, Server 1803 and Server 2019 are up-level`() {
    #expect(kind("Windows 10", "1607") == "up-level")
    #expect(kind("Windows Server 2016, version 1803") == "up-level")
    #expect(kind("Windows Server 2019") == "up-level")
  }

  @Test func `R59: Windows 8.1, Server 2012 R2 and Server 2016 to 1709 are down-level`() {
    #expect(kind("Windows 8.1") == "down-level")
    #expect(kind("Windows Server 2012 R2") == "down-level")
    #expect(kind("Windows Server 2016, version 1709") == "down-level")
    #expect(kind("Windows Server 2016, version 1803") != "down-level")
  }

  @Test func `R129: Windows 10 before 1607 is neither up-level nor down-level`() {
    #expect(kind("Windows 10", "1511") == "unsupported")
    #expect(kind("Windows 10") == "unsupported")
  }

  @Test func `R130: Server 2016 without a version is down-level, Server 1803 is not`() {
    #expect(kind("Windows Server 2016") == "down-level")
    #expect(kind("Windows Server 2016", build: 14393) == "down-level")
    #expect(kind("Windows Server", build: 17134) != "down-level")
    #expect(kind("Windows Server 2016", build: 17134) == "up-level")
  }

  @Test func `R158: Windows 10 1607 is up-level and yet below what the connection takes`() throws {
    let system = OperatingSystem("Windows 10", build: 14393)
    #expect(OnboardingClass(system) == .upLevel)
    let connection = IntuneConnection(isEnabled: true, toggles: [.windows])
    let objection = try #require(connection.objection(to: system, on: .windows))
    #expect(objection.text.contains("below 10.0.15063"))
  }

  @Test(arguments: [
    "Windows Server 2016, version 1803", "Microsoft Windows Server 1803", "WindowsServer2016 1803",
    "Server, version 1803", "windows server 2016 (build 17134)",
  ])
  func `R172: spellings of Server 1803 are one system`(_ name: String) {
    let system = OperatingSystem(name)
    #expect(system.family == .server2016 && system.release?.name == "1803", "\(system)")
  }

  @Test func `R172: spellings of a product are one product`() {
    for name in ["Windows Defender ATP", "Microsoft Defender ATP", "MDATP"] {
      #expect(Product(spelling: name) == .defenderForEndpoint)
    }
    for name in ["Windows Defender Security Center", "Microsoft Defender Security Center"] {
      #expect(Product(spelling: name) == .securityCentre)
    }
    for name in ["SCCM", "Endpoint Configuration Manager", "ConfigMgr"] {
      #expect(DeviceManager(word: name) == .configurationManager)
    }
    #expect(Product(spelling: "Contoso Shield") == nil)
  }

  @Test func `R78: a device is managed by Configuration Manager, Intune or another`() {
    #expect(DeviceManager(word: "MicrosoftIntune") == .intune)
    #expect(DeviceManager(word: "Unknown") == .other)
    var inventory = Inventory()
    inventory.devices = [Fleet.device("pc", "Windows 10, version 1809", managedBy: [.other])]
    #expect(inventory.coverage(of: inventory.devices[0]).reasons.first?.rule == "R78")
  }

  @Test func `R84: versions below a platform's minimum do not connect`() {
    let connection = IntuneConnection(isEnabled: true, toggles: Set(Platform.allCases))
    func connects(_ name: String, _ platform: Platform) -> Bool {
      connection.objection(to: OperatingSystem(name), on: platform) == nil
    }
    #expect(!connects("Windows 10.0.15062", .windows))
    #expect(connects("Windows 10.0.15063", .windows))
    #expect(!connects("Android 5.1", .android) && connects("Android 6.0", .android))
    #expect(!connects("iOS 7.9", .iOS) && connects("iPadOS 14.2", .iOS))
  }

  @Test func `compare versions part by part, zeros at the end aside`() throws {
    let six = try #require(PlatformVersion("6.0.0"))
    #expect(PlatformVersion("6") == six)
    #expect(try #require(PlatformVersion("10.0")) > six)
    #expect(PlatformVersion("10.x") == nil)
  }
}
