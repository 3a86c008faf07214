"""Starts the proxies that are compared: each with one worker, on core 1, in front of the mock model."""
import http.client
import os
import pathlib
import shlex
import socket
import subprocess
import time

PROXY_CORE, LOAD_CORE = 1, 0
START_SECONDS = 20

RLM = """
[listen]
address = "127.0.0.1:{port}"
threads = 1
[limits]
in_flight_max = 100000
connections_max = 100000
[ledger]
path = "{folder}/ledger.db"
[log]
level = "warn"
[models.claude]
endpoint = "anthropic"
base_url = "http://127.0.0.1:{upstream}"
[models.cheap]
endpoint = "deepseek"
base_url = "http://127.0.0.1:{upstream}"
model = "deepseek-v4-pro"
api_key = "${{BENCH_KEY}}"
[models.chat-model]
endpoint = "openai-compatible"
base_url = "http://127.0.0.1:{upstream}/v1"
model = "gpt-5.1"
api_key = "${{BENCH_KEY}}"
[[cascade]]
match = ["claude-*"]
draft = "cheap"
verify = "claude"
policy = "paper"
"""

NGINX = """
daemon off;
worker_processes 1;
worker_rlimit_nofile {files};
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
events {{ worker_connections {connections}; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  client_body_buffer_size 128k; client_max_body_size 64m; tcp_nodelay on;
  keepalive_requests 100000000; keepalive_timeout 600s;
  upstream model {{ server 127.0.0.1:{upstream}; keepalive 8000; keepalive_requests 100000000; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_buffering off; proxy_request_buffering on; proxy_read_timeout 600s;
    }}
  }}
}}
"""

HAPROXY = """
global
  nbthread 1
  maxconn 8000
  tune.bufsize 131072
defaults
  mode http
  timeout client 600s
  timeout server 600s
  timeout connect 5s
  timeout http-request 60s
frontend clients
  bind 127.0.0.1:{port} backlog 4096
  option http-buffer-request
  default_backend model
backend model
  http-reuse always
  server one 127.0.0.1:{upstream} maxconn 8000 pool-max-conn 8000
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(core, command):
    return ["taskset", "-c", str(core), *map(str, command)]


class Process:
    """A process of ours, ended with the block."""

    def __init__(self, command, log, **options):
        self.log = pathlib.Path(log)
        with self.log.open("wb") as errors:
            self.child = subprocess.Popen(command, stderr=errors, text=True, **options)
        self.pid = self.child.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(2)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout):
            if pipe:
                pipe.close()


class Proxy(Process):
    """A proxy that accepts connections. `kind` is the name of a build of ours, nginx, haproxy or the name of a peer's command."""

    def __init__(self, kind, builds, peers, upstream, folder):
        self.kind, self.port, self.is_ours = kind, free_port(), kind in builds
        command = self._command(builds, peers, {"port": self.port, "upstream": upstream, "folder": folder})
        super().__init__(pinned(PROXY_CORE, command), f"{folder}/proxy.log", stdout=subprocess.DEVNULL,
                         env={**os.environ, "BENCH_KEY": "bench"})

    def _command(self, builds, peers, values):
        files = os.sysconf("SC_OPEN_MAX")
        values.update(files=files, connections=files * 3 // 4)

        def config(name, template):
            path = pathlib.Path(values["folder"]) / name
            path.write_text(template.format(**values))
            return path

        if self.is_ours:
            return [builds[self.kind], "serve", "--config", config("rlm.toml", RLM)]
        if self.kind == "nginx":
            return ["nginx", "-e", f"{values['folder']}/nginx.log", "-c", config("nginx.conf", NGINX)]
        if self.kind == "haproxy":
            return ["haproxy", "-db", "-f", config("haproxy.cfg", HAPROXY)]
        return shlex.split(peers[self.kind].format(**values))

    def wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.child.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.01)
        raise RuntimeError(f"{self.kind} does not accept connections: {self.log.read_text().strip()}")

    def check_answer(self, body):
        """One request: it must be answered, and by our proxy without a draft."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", "/v1/messages", body, {
            "content-type": "application/json", "anthropic-version": "2023-06-01", "x-api-key": "bench"})
        answer = connection.getresponse()
        verdict = answer.getheader("x-rlm-verdict")
        status = answer.status
        text = answer.read(300) if status != 200 else b""
        connection.close()
        if status != 200:
            raise RuntimeError(f"{self.kind} answered {status}: {text.decode(errors='replace')}")
        if self.is_ours and verdict != "DIRECT":
            raise RuntimeError(f"{self.kind} gave x-rlm-verdict {verdict}, not DIRECT")
