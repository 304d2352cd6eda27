#ifndef CROSSWATCH_COPENLDAP_SHIM_H
#define CROSSWATCH_COPENLDAP_SHIM_H
#include <lber.h>
#include <ldap.h>
#include <sasl/sasl.h>
#include <sys/time.h>

// Macros that Swift cannot read: pointers to nothing that are only compared.
static inline const void *crosswatch_ldap_on(void) { return LDAP_OPT_ON; }
static inline const void *crosswatch_ldap_off(void) { return LDAP_OPT_OFF; }
static inline const char *crosswatch_ldap_simple(void) { return LDAP_SASL_SIMPLE; }
#endif
