#ifndef CROSSWATCH_COPENLDAP_SHIM_H
#define CROSSWATCH_COPENLDAP_SHIM_H
#include <lber.h>
#include <ldap.h>
#include <sasl/sasl.h>
#include <string.h>
#include <sys/time.h>

// Macros that Swift cannot read: pointers to nothing that are only compared.
static inline const void *crosswatch_ldap_on(void) { return LDAP_OPT_ON; }
static inline const void *crosswatch_ldap_off(void) { return LDAP_OPT_OFF; }
static inline const char *crosswatch_ldap_simple(void) { return LDAP_SASL_SIMPLE; }

// How long to wait for a connection, and for the answer to each operation.
static inline int crosswatch_ldap_set_timeouts(LDAP *ld, int seconds) {
  struct timeval wait = {seconds, 0};
  int status = ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &wait);
  return status == LDAP_OPT_SUCCESS ? ldap_set_option(ld, LDAP_OPT_TIMEOUT, &wait) : status;
}

// Frees a list of texts, whose own function is among the deprecated ones.
static inline void crosswatch_ldap_free_texts(char **texts) { ber_memvfree((void **)texts); }

// Answers what a SASL mechanism asks with its defaults: nobody sits there, and no secret is asked for.
static inline int crosswatch_ldap_answer(LDAP *ld, unsigned flags, void *defaults, void *prompts) {
  (void)ld, (void)flags, (void)defaults;
  for (sasl_interact_t *prompt = prompts; prompt->id != SASL_CB_LIST_END; prompt++) {
    prompt->result = prompt->defresult ? prompt->defresult : "";
    prompt->len = (unsigned)strlen(prompt->result);
  }
  return LDAP_SUCCESS;
}

// Binds with a SASL mechanism that needs no password: GSSAPI, EXTERNAL.
static inline int crosswatch_ldap_sasl_bind(LDAP *ld, const char *mechanism) {
  return ldap_sasl_interactive_bind_s(
      ld, NULL, mechanism, NULL, NULL, LDAP_SASL_QUIET, crosswatch_ldap_answer, NULL);
}
#endif
