import Evidence

/// What each account did where: gathered activity by activity under integer keys, and made into
/// records of entities when they are asked for.
///
/// Names become entities only there, because a name may be explained later (a NetBIOS domain, the
/// computer behind an address) and the table need not change then.
struct EntityBook: Sendable {
  /// One spelling of an account.
  struct Account: Sendable {
    var serial: UInt32
    var first: Instant
    var last: Instant
    var hours: [EntityRecord.HourCount] = []
    var traits: Traits = []
    /// Slots that the account used last: most activities repeat the one before.
    var lastUse = 0
    var lastRequest = 0
  }

  /// An address, under a new serial whenever something new was claimed about it.
  struct Place: Sendable {
    var serial: UInt32
    var first: Instant
    var last: Instant
    /// Slots of the accounts that were used there last: most addresses have one of each.
    var lastMachine = 0
    var lastUser = 0
  }

  /// An account at an address, or an account and a service.
  struct Pair: TableKey {
    var account: UInt32
    var other: UInt32

    func tableHash(_ seed: UInt64) -> UInt64 {
      TableHash.mixed(UInt64(account) << 32 | UInt64(other), 0, seed)
    }
  }

  struct Use: Sendable {
    var address: Address
    var first: Instant
    var last: Instant
  }

  struct Request: Sendable {
    var service: String
    var first: Instant
    var last: Instant
  }

  struct Traits: OptionSet, Sendable {
    let rawValue: UInt8

    static let ntlmv1 = Traits(rawValue: 1)
    static let cleartextBind = Traits(rawValue: 2)
  }

  /// Accounts and addresses of a large site; the longest unused gives way.
  static let accountLimit = 65_536
  static let placeLimit = 65_536
  /// Pairs: two computers and two services an account in the mean, when the tables are full.
  static let useLimit = 131_072
  static let requestLimit = 131_072
  static let serviceLimit = 32_768
  /// The longest service name that is kept: 15 times a usual one, for a row must have an end.
  static let serviceNameLimit = 512

  private(set) var accounts = BoundedTable<AccountName, Account>(limit: accountLimit)
  private(set) var places = BoundedTable<Address, Place>(limit: placeLimit)
  private(set) var uses = BoundedTable<Pair, Use>(limit: useLimit)
  private(set) var requests = BoundedTable<Pair, Request>(limit: requestLimit)
  private var services = BoundedTable<String, UInt32>(limit: serviceLimit)
  private(set) var first: Instant?
  private(set) var last: Instant?
  private var nextSerial: UInt32 = 1
  private var lastPlace = 0

  var evictions: UInt64 {
    accounts.evictions &+ places.evictions &+ uses.evictions &+ requests.evictions
      &+ services.evictions
  }

  /// Notes that something was seen of an address, and returns its slot.
  mutating func visit(_ address: Address, _ moment: Instant) -> Int {
    if first.map({ moment < $0 }) ?? true { first = moment }
    if last.map({ moment > $0 }) ?? true { last = moment }
    let slot = placeSlot(address, moment)
    if moment > places[slot].last { places[slot].last = moment }
    return slot
  }

  private mutating func placeSlot(_ address: Address, _ moment: Instant) -> Int {
    if lastPlace < places.count, places.key(lastPlace) == address { return lastPlace }
    lastPlace =
      places.find(address)
      ?? places.insert(address, Place(serial: serial(), first: moment, last: moment))
    return lastPlace
  }

  /// Something new was claimed about an address: what was done there before stays with what it was.
  mutating func renew(_ address: Address) {
    guard let slot = places.find(address) else { return }
    places[slot].serial = serial()
  }

  /// Notes that an account exists and did something, and returns its slot.
  mutating func meet(_ name: AccountName, at place: Int, _ moment: Instant) -> Int {
    let slot =
      known(name, at: place)
      ?? accounts.insert(name, Account(serial: serial(), first: moment, last: moment))
    if moment > accounts[slot].last { accounts[slot].last = moment }
    if name.isMachine { places[place].lastMachine = slot } else { places[place].lastUser = slot }
    return slot
  }

  /// Whether an account was met before under this spelling.
  mutating func knows(_ name: AccountName, at place: Int) -> Bool {
    known(name, at: place) != nil
  }

  private mutating func known(_ name: AccountName, at place: Int) -> Int? {
    let recent = name.isMachine ? places[place].lastMachine : places[place].lastUser
    if recent < accounts.count, accounts.key(recent) == name { return recent }
    return accounts.find(name)
  }

  /// Notes that an account was used at an address.
  mutating func use(_ account: Int, at place: Int, _ moment: Instant) {
    let pair = Pair(account: accounts[account].serial, other: places[place].serial)
    let recent = accounts[account].lastUse
    if recent < uses.count, uses.key(recent) == pair {
      if moment > uses[recent].last { uses[recent].last = moment }
      return
    }
    let slot =
      uses.find(pair)
      ?? uses.insert(pair, Use(address: places.key(place), first: moment, last: moment))
    if moment > uses[slot].last { uses[slot].last = moment }
    accounts[account].lastUse = slot
  }

  /// Notes that an account asked for a service.
  mutating func request(_ service: String, by account: Int, _ moment: Instant) {
    let recent = accounts[account].lastRequest
    if recent < requests.count, requests[recent].service == service,
      requests.key(recent).account == accounts[account].serial
    {
      if moment > requests[recent].last { requests[recent].last = moment }
      return
    }
    guard service.utf8.count <= EntityBook.serviceNameLimit else { return }
    let number = serviceNumber(service)
    let pair = Pair(account: accounts[account].serial, other: number)
    let slot =
      requests.find(pair)
      ?? requests.insert(pair, Request(service: service, first: moment, last: moment))
    if moment > requests[slot].last { requests[slot].last = moment }
    accounts[account].lastRequest = slot
  }

  private mutating func serviceNumber(_ service: String) -> UInt32 {
    if let slot = services.find(service) { return services[slot] }
    let number = serial()
    _ = services.insert(service, number)
    return number
  }

  /// Counts a logon or a failed one in its hour.
  mutating func count(_ account: Int, isLogon: Bool, _ moment: Instant) {
    // Seconds of a 64-bit count of nanoseconds are below 2^34, hours below 2^22.
    let hour = Int32(truncatingIfNeeded: moment.seconds / 3600)
    if accounts[account].hours.last?.hour != hour {
      accounts[account].addHour(hour)
    }
    guard let index = accounts[account].hours.lastIndex(where: { $0.hour == hour }) else { return }
    if isLogon {
      accounts[account].hours[index].logons &+= 1
    } else {
      accounts[account].hours[index].failures &+= 1
    }
  }

  mutating func mark(_ account: Int, _ traits: Traits) { accounts[account].traits.insert(traits) }

  private mutating func serial() -> UInt32 {
    // After four thousand million new names numbers come again; whoever had them is long forgotten.
    nextSerial &+= 1
    return nextSerial
  }
}

extension EntityBook.Account {
  /// Makes room for an hour, ascending; the oldest beyond the limit goes.
  mutating func addHour(_ hour: Int32) {
    let index = hours.lastIndex { $0.hour <= hour }
    if let index, hours[index].hour == hour { return }
    hours.insert(EntityRecord.HourCount(hour: hour), at: index.map { $0 + 1 } ?? 0)
    if hours.count > EntityRecord.hoursLimit { hours.removeFirst() }
  }
}
