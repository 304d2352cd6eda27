/// Who sent a message, and when.
///
/// The side is the packet's: a capture that begins late may have taken the server for the client,
/// and a message says itself whether it is a request.
struct Place {
  var side: Side
  var moment: Moment
}
