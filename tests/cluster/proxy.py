"""A way to the API server that can be cut: a port on loopback, and a kubeconfig that leads through it."""
import json, os, re, socket, subprocess, threading
import tap


class Proxy:
    def __init__(self, name="proxy.conf"):
        config = subprocess.run(["kubectl", "--kubeconfig", tap.KUBECONFIG, "config", "view", "--raw", "--minify",
                                 "--flatten", "-o", "json"], capture_output=True, check=True).stdout
        config = json.loads(config)
        cluster = config["clusters"][0]["cluster"]
        host, port = re.fullmatch(r"https://\[?([^/\]]+)\]?:(\d+)/?", cluster["server"]).groups()
        self.target = host, int(port)
        self.lock, self.links, self.listener = threading.Lock(), [], None
        self.up()
        cluster["server"] = "https://127.0.0.1:%d" % self.port
        cluster.setdefault("tls-server-name", host)
        self.kubeconfig = tap.path(name)
        with open(os.open(self.kubeconfig, os.O_CREAT | os.O_WRONLY, 0o600), "w") as f:
            json.dump(config, f)

    def up(self):
        port = getattr(self, "port", 0)
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def down(self):
        """Who is connected is cut off, and who comes is refused."""
        with self.lock:
            listener, self.listener = self.listener, None
            links, self.links = self.links, []
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for link in links:
            self.cut(link)

    def accept(self, listener):
        while True:
            try:
                near = listener.accept()[0]
                far = socket.create_connection(self.target)
            except OSError:
                return
            with self.lock:
                is_down = self.listener is not listener
                self.links += [near, far]
            if is_down:
                self.cut(near)
                self.cut(far)
            for a, b in (near, far), (far, near):
                threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    def pump(self, a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
        except OSError:
            pass
        self.cut(a)
        self.cut(b)

    @staticmethod
    def cut(link):
        try:
            link.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
