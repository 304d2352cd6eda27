#ifndef CROSSWATCH_CPCAP_SHIM_H
#define CROSSWATCH_CPCAP_SHIM_H
#include <linux/capability.h>
#include <pcap/pcap.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

// In the C library, but in none of its headers: the header is libcap's.
extern int capset(cap_user_header_t header, const cap_user_data_t data);

// Gives up every capability of the calling thread and of threads it starts, and the right to gain any
// by running a program. Returns 0, or -1 with errno.
static inline int crosswatch_give_up_capabilities(void) {
  struct __user_cap_header_struct header;
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
  memset(&header, 0, sizeof header);
  memset(none, 0, sizeof none);
  header.version = _LINUX_CAPABILITY_VERSION_3;
  if (capset(&header, none) != 0) return -1;
  // Variadic, so that Swift cannot call it.
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
#endif
