/// What the sensor holds at most, and why that much.
///
/// Every limit has a counter in coverage: what is dropped is said, never silent.
public enum Limits {
  /// Conversations of one lane: 16 lanes hold a million, what a busy mirror opens in ten minutes.
  public static let conversationsPerLane = 65_536
  /// Octets of one direction that wait for the rest of a message: larger than the largest message
  /// that is read whole (an SMB2 message of 8 MiB is passed over, not held).
  public static let heldBytesPerDirection = 1 << 20
  /// Octets that wait in all conversations of one lane: 256 MiB in all, what a thousand peers send
  /// within a second or two, and what somebody who sends halves of messages may cost.
  public static let heldBytesPerLane = 16 << 20
  /// Octets of one direction that wait for a hole before them to be filled: about two windows.
  public static let outOfOrderBytesPerDirection = 256 << 10
  /// Segments of one direction that wait: two windows of full ones, so that tiny ones cost no more.
  public static let outOfOrderSegmentsPerDirection = 512
  /// Octets of IP datagrams that wait for fragments: 128 of the largest, of which none is ever open
  /// for long.
  public static let fragmentBytes = 8 << 20
  /// Packets that follow a hole which the other side acknowledged, before the capture is said to have
  /// lost it: mirrors reorder a packet or two, and RFC 5681 section 3.2 takes three for loss as well.
  public static let segmentsAfterHole = 3
  /// Payload segments in which a conversation on no known port is shown to the recognisers.
  public static let recognitionTries = 4
  /// The same on a protocol's own port: the capture may begin inside a message of a megabyte, which
  /// comes in some hundred segments.
  public static let recognitionTriesOnPort = 1024
  /// Seconds without a packet after which a TCP conversation is over.
  public static let tcpIdleSeconds: Int64 = 600
  /// Seconds after FIN or RST: retransmissions still belong to it.
  public static let tcpClosedSeconds: Int64 = 30
  /// Seconds without a packet after which a UDP conversation is over.
  public static let udpIdleSeconds: Int64 = 60
  /// Requests of one conversation that wait for an answer; older ones are said to be unanswered.
  ///
  /// SMB2 credits allow 8192, but beyond some hundred nobody waits for an answer that matters.
  public static let pendingRequests = 256

  // MARK: DCE/RPC and SMB

  /// Presentation contexts of one connection: one bind offers at most 64, and some connections alter
  /// theirs for each interface of DCOM.
  public static let rpcContexts = 256
  /// Octets of one call's arguments or answer that are put together from fragments: enough for an
  /// enumeration's answer of 64 KiB, what servers give at most at once.
  public static let rpcStubBytes = 128 << 10
  /// Handles of one connection whose names are remembered.
  public static let rpcHandles = 256
  /// Relative identifiers of one connection whose names are remembered: what one lookup may ask.
  public static let rpcNames = 1_000
  /// Sessions of one SMB connection: terminal servers and proxies have one a user.
  public static let smbSessions = 256
  /// Connected shares of one SMB connection.
  public static let smbTrees = 256
  /// Open files and pipes of one SMB connection: what a busy client of a file server keeps open.
  public static let smbFiles = 2_048
  /// Commands in one SMB2 chain: clients send three or four.
  public static let smbChain = 64
  /// Octets of one SMB message that is held whole: pipes and lists stay below, file data is passed
  /// over.
  public static let smbMessageBytes = 256 << 10

  // MARK: DNS

  /// Records of one DNS answer or update that an activity carries: names of hosts have a few, a
  /// message may have thousands.
  public static let recordsPerActivity = 128

  // MARK: Live capture

  /// Octets of packets that wait for those of other interfaces: above it time order is given up
  /// rather than packets.
  public static let liveMergeBytes = 32 << 20
  /// Octets of packets that were taken from the kernel and wait to be looked at: seconds of a busy
  /// mirror; above it they wait in the kernel's own buffer, and are dropped where that is full.
  public static let liveQueueBytes = 128 << 20
  /// Octets of packets that wait to be recorded: a disk that stops for a second or two.
  public static let recordingQueueBytes = 64 << 20
  /// Captures in a folder that is followed: looking at them all takes a tenth of a second.
  public static let followedCaptures = 65_536
  /// Octets of the last packets that are held, in case an alert rests on them: what happened in the
  /// last seconds of a busy mirror, or the last hour of a quiet one.
  public static let recentPacketBytes = 48 << 20
  /// Octets of the packets that alerts rest on: some hundred thousand packets.
  public static let proofPacketBytes = 48 << 20
}
