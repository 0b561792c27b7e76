#include <kase/kube.h>

// clang-format off
G_DEFINE_QUARK(kase-kube-error, kube_error)
// clang-format on
