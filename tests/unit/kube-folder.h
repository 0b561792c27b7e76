/*
 * kube-folder - a temporary folder for tests of kubeconfigs and credential plugins.
 *
 * In texts, @D stands for the folder, @CA64 for the base64 of CA_PEM in two lines, @KEY64 for
 * that of KEY_PEM.
 */
#pragma once

#include <glib.h>

#define CA_PEM   "-----BEGIN CERTIFICATE-----\nCA1\n-----END CERTIFICATE-----\n"
#define CERT_PEM "-----BEGIN CERTIFICATE-----\nCERT1\n-----END CERTIFICATE-----\n"
#define KEY_PEM  "-----BEGIN EC PRIVATE KEY-----\nKEY1\n-----END EC PRIVATE KEY-----\n"

char *folder_new(void);
void folder_empty(const char *folder);
void folder_remove(char *folder);

/* `text` with its words filled in.  Caller owns. */
char *folder_expand(const char *folder, const char *text);
/* Write a file of expanded text, with the folders it lies in, and return its path.  Caller owns. */
char *folder_write(const char *folder, const char *name, const char *text);
/* Write a shell script that can be run. */
void folder_script(const char *folder, const char *name, const char *body);
/* Set a variable of the environment to expanded text; NULL unsets it. */
void folder_variable(const char *folder, const char *name, const char *text);
