#ifndef CLI_VERIFY_EVIDENCE_H
#define CLI_VERIFY_EVIDENCE_H

/* "watashi-verify evidence": argv[0] is "evidence".  The exit status. */
int verify_evidence(int argc, char **argv);

#endif
