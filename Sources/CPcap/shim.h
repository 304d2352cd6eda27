#ifndef CROSSWATCH_CPCAP_SHIM_H
#define CROSSWATCH_CPCAP_SHIM_H
#include <pcap/pcap.h>
#endif
