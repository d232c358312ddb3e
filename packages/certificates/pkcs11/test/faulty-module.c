/*
 * A PKCS#11 module that passes every call on to another one, and does what the rule in FAULT_FILE says:
 *   fail FUNCTION CODE COUNT   the next COUNT calls of the function return CODE
 *   alter                      signatures come out with their last bit flipped
 *   short                      signatures come out one byte short
 *   hashing BITS               CKM_ECDSA is not offered; CKM_ECDSA_SHA256 or, for 384, CKM_ECDSA_SHA384 is
 *   no-ecdsa                   neither is offered
 *   final-try                  the token says that one try at the PIN is left
 *   unreadable LABEL           the token of this label is of a kind that the module does not know
 *   attribute TYPE HEX         the attribute has this value; with `none` in place of HEX the token does not have it, with
 *                              `empty` it is empty
 * What was done to it is kept in FAULT_FILE.state: starts, stops, sessions that are open, flags of the last start and of
 * the last session.
 * Compiled by the tests with TARGET and FAULT_FILE defined as strings.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "pkcs11.h"

static CK_FUNCTION_LIST_PTR target;
static CK_FUNCTION_LIST faulty;
static CK_MECHANISM_TYPE hashing;
static CK_OBJECT_HANDLE hashing_key;
static long starts, stops, sessions, start_flags, session_flags;

static CK_RV keep(CK_RV result) {
  FILE *file = fopen(FAULT_FILE ".state", "w");
  fprintf(file, "%ld %ld %ld %ld %ld", starts, stops, sessions, start_flags, session_flags);
  fclose(file);
  return result;
}

static int rule(char *kind, char *name, char *value, long *count) {
  FILE *file = fopen(FAULT_FILE, "r");
  kind[0] = name[0] = value[0] = 0;
  *count = 0;
  if (!file) return 0;
  int fields = fscanf(file, "%31s %63s %511s %ld", kind, name, value, count);
  fclose(file);
  return fields;
}

static int is(const char *wanted) {
  char kind[32], name[64], value[512];
  long count;
  return rule(kind, name, value, &count) > 0 && !strcmp(kind, wanted);
}

static CK_RV fault(const char *function) {
  char kind[32], name[64], value[512];
  long count;
  unsigned long code = 0;
  if (rule(kind, name, value, &count) < 4 || strcmp(kind, "fail") || strcmp(name, function) || count < 1)
    return CKR_OK;
  sscanf(value, "%lx", &code);
  FILE *file = fopen(FAULT_FILE, "w");
  fprintf(file, "fail %s %s %ld\n", name, value, count - 1);
  fclose(file);
  return code;
}

static CK_RV initialize(CK_VOID_PTR arguments) {
  CK_RV result = fault("C_Initialize");
  if (!result && !(result = target->C_Initialize(arguments))) {
    starts++;
    sessions = 0;
    start_flags = arguments ? (long)((CK_C_INITIALIZE_ARGS_PTR)arguments)->flags : 0;
  }
  return keep(result);
}

static CK_RV finalize(CK_VOID_PTR reserved) {
  CK_RV result = target->C_Finalize(reserved);
  stops++;
  sessions = 0;
  return keep(result);
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR app, CK_NOTIFY notify,
                          CK_SESSION_HANDLE_PTR session) {
  CK_RV failed = fault("C_OpenSession");
  if (failed || (failed = target->C_OpenSession(slot, flags, app, notify, session))) return failed;
  sessions++;
  session_flags = (long)flags;
  return keep(CKR_OK);
}

static CK_RV close_session(CK_SESSION_HANDLE session) {
  CK_RV result = target->C_CloseSession(session);
  if (result == CKR_OK) sessions--;
  return keep(result);
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  CK_RV failed = fault("C_Login");
  return failed ? failed : target->C_Login(session, user, pin, length);
}

static CK_RV generate(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR public, CK_ULONG publics,
                      CK_ATTRIBUTE_PTR private, CK_ULONG privates, CK_OBJECT_HANDLE_PTR a, CK_OBJECT_HANDLE_PTR b) {
  CK_RV failed = fault("C_GenerateKeyPair");
  return failed ? failed
                : target->C_GenerateKeyPair(session, mechanism, public, publics, private, privates, a, b);
}

static CK_RV token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info) {
  CK_RV result = target->C_GetTokenInfo(slot, info);
  char kind[32], name[64], value[512];
  long unused;
  if (result == CKR_OK && rule(kind, name, value, &unused) == 2 && !strcmp(kind, "unreadable") &&
      !strncmp((char *)info->label, name, strlen(name)))
    return CKR_TOKEN_NOT_RECOGNIZED;
  if (result == CKR_OK && is("final-try")) info->flags |= CKF_USER_PIN_FINAL_TRY;
  return result;
}

static CK_MECHANISM_TYPE hashes(void) {
  char kind[32], name[64], value[512];
  long unused;
  rule(kind, name, value, &unused);
  return strcmp(name, "384") ? CKM_ECDSA_SHA256 : CKM_ECDSA_SHA384;
}

static CK_RV mechanisms(CK_SLOT_ID slot, CK_MECHANISM_TYPE_PTR list, CK_ULONG_PTR count) {
  CK_RV result = target->C_GetMechanismList(slot, list, count);
  int other = is("hashing") ? 1 : is("no-ecdsa") ? 2 : 0;
  for (CK_ULONG i = 0; result == CKR_OK && list && other && i < *count; i++)
    if (list[i] == CKM_ECDSA) list[i] = other == 1 ? hashes() : CKM_DES_ECB;
  return result;
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  CK_RV failed = fault("C_SignInit");
  if (failed) return failed;
  hashing = is("hashing") ? mechanism->mechanism : 0;
  hashing_key = key;
  if (!hashing) return target->C_SignInit(session, mechanism, key);
  return hashing == hashes() ? CKR_OK : CKR_MECHANISM_INVALID;
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length, CK_BYTE_PTR signature,
                  CK_ULONG_PTR signature_length) {
  CK_BYTE digest[48];
  CK_ULONG digest_length = sizeof digest;
  CK_MECHANISM hash = {hashing == CKM_ECDSA_SHA384 ? CKM_SHA384 : CKM_SHA256, 0, 0}, ecdsa = {CKM_ECDSA, 0, 0};
  CK_RV result = fault("C_Sign");
  if (result) return result;
  if (hashing) {
    if ((result = target->C_DigestInit(session, &hash))) return result;
    if ((result = target->C_Digest(session, data, length, digest, &digest_length))) return result;
    if ((result = target->C_SignInit(session, &ecdsa, hashing_key))) return result;
    data = digest;
    length = digest_length;
  }
  result = target->C_Sign(session, data, length, signature, signature_length);
  if (result == CKR_OK && signature && is("alter")) signature[*signature_length - 1] ^= 1;
  if (result == CKR_OK && signature && is("short")) *signature_length -= 1;
  return result;
}

static CK_RV attributes(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR list, CK_ULONG count) {
  char kind[32], name[64], value[512];
  long unused;
  unsigned long type = 0;
  CK_RV failed = fault("C_GetAttributeValue");
  if (failed) return failed;
  if (rule(kind, name, value, &unused) == 3 && !strcmp(kind, "attribute")) sscanf(name, "%lx", &type);
  if (!type || count != 1 || list[0].type != type)
    return target->C_GetAttributeValue(session, object, list, count);
  if (!strcmp(value, "none")) {
    list[0].ulValueLen = (CK_ULONG)-1;
    return CKR_ATTRIBUTE_TYPE_INVALID;
  }
  CK_ULONG length = strcmp(value, "empty") ? strlen(value) / 2 : 0;
  for (CK_ULONG i = 0; list[0].pValue && i < length; i++) {
    unsigned byte;
    sscanf(value + 2 * i, "%2x", &byte);
    ((CK_BYTE_PTR)list[0].pValue)[i] = byte;
  }
  list[0].ulValueLen = length;
  return CKR_OK;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  if (!target) {
    void *module = dlopen(TARGET, RTLD_NOW | RTLD_LOCAL);
    CK_C_GetFunctionList get = module ? (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList") : 0;
    if (!get || get(&target) != CKR_OK) return CKR_GENERAL_ERROR;
    faulty = *target;
    faulty.C_Initialize = initialize;
    faulty.C_Finalize = finalize;
    faulty.C_OpenSession = open_session;
    faulty.C_CloseSession = close_session;
    faulty.C_Login = login;
    faulty.C_GenerateKeyPair = generate;
    faulty.C_GetTokenInfo = token_info;
    faulty.C_GetMechanismList = mechanisms;
    faulty.C_SignInit = sign_init;
    faulty.C_Sign = sign;
    faulty.C_GetAttributeValue = attributes;
  }
  *list = &faulty;
  return CKR_OK;
}
