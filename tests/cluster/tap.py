"""What the cluster's tests share: TAP, kase, kubectl, a case in a folder of its own."""
import atexit, json, os, re, shutil, sqlite3, subprocess, sys, tempfile, traceback

KUBECONFIG = os.environ.get("KASE_TEST_KUBECONFIG", "")
KASE = os.path.join(os.environ.get("top_builddir", "."), "kase")
SOURCE = os.environ.get("top_srcdir", ".")
folder = tempfile.mkdtemp(prefix="kase-cluster-")
atexit.register(shutil.rmtree, folder, True)

# Leaks are looked for in the unit tests; here a program that is killed would report them.
ENV = dict(os.environ, KASE_PERSON="ana@test", ASAN_OPTIONS="detect_leaks=0")


def need_cluster():
    if not KUBECONFIG:
        print("1..0 # SKIP KASE_TEST_KUBECONFIG is not set: no cluster")
        sys.exit(0)


def config(name):
    return os.path.join(os.path.dirname(KUBECONFIG), name)


def path(name):
    return os.path.join(folder, name)


def kase(*words, ok=(0,), timeout=300, **more):
    done = subprocess.run([KASE, *words], env=ENV, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, **more)
    if done.returncode not in ok:
        raise AssertionError("kase %s: exit %d\n%s\n%s" % (" ".join(words), done.returncode,
                             done.stdout.decode(errors="replace")[-2000:], done.stderr.decode(errors="replace")[-2000:]))
    return done


def new(name, kubeconfig=None, *more):
    kase("new", path(name), "--kubeconfig", kubeconfig or KUBECONFIG, *more)
    return path(name)


def sql(case, statement):
    return json.loads(kase("sql", case, statement, "--json").stdout)


def version(case, locator):
    """The object that a row of `versions` locates, out of the file, without kase."""
    evidence, offset, length = map(int, re.fullmatch(r"e(\d+)@(\d+)\+(\d+)", locator).groups())
    db = sqlite3.connect("file:%s?mode=ro" % case, uri=True)
    found = b""
    for at, codec, data in db.execute("SELECT offset, codec, data FROM chunk WHERE evidence = ? AND offset + size > ?"
                                      " AND offset < ? ORDER BY n", (evidence, offset, offset + length)):
        if codec == "zstd":
            data = subprocess.run(["zstd", "-dcq"], input=data, capture_output=True, check=True).stdout
        found += bytes(data)[max(offset - at, 0):offset + length - at]
    db.close()
    return json.loads(found)


def kubectl(*words, kubeconfig=None, text=False):
    out = subprocess.run(["kubectl", "--kubeconfig", kubeconfig or KUBECONFIG, *words], capture_output=True, timeout=120)
    if out.returncode:
        raise AssertionError(out.stderr.decode(errors="replace"))
    return out.stdout if text else json.loads(out.stdout)


def storm(pods):
    """So many pods that change as fast as the server takes it, where the cluster has the program for it; or None."""
    node = os.path.join(os.path.dirname(os.path.dirname(KUBECONFIG)), "bin", "node")
    if not os.path.exists(node):
        print("# no storm: the cluster has no program for it")
        return None
    child = subprocess.Popen([node, "fill", "--pods", str(pods), "--churn", "1h"], env=dict(os.environ, KUBECONFIG=KUBECONFIG),
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    atexit.register(child.kill)
    return child


def run(tests):
    print("1..%d" % len(tests), flush=True)
    failed = 0
    for n, test in enumerate(tests, 1):
        try:
            test()
            print("ok %d - %s" % (n, test.__name__), flush=True)
        except Exception:
            failed += 1
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            print("not ok %d - %s" % (n, test.__name__), flush=True)
    sys.exit(1 if failed else 0)
