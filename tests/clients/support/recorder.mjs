// A forwarder on loopback that keeps what a client sent and what it was answered.
import { once } from 'node:events';
import http from 'node:http';

/** Listens on a free port and forwards to `url`. `exchanges`: {path, headers, body, status, answer, text} in order of arrival. */
export async function record(url) {
  const upstream = new URL(url);
  const exchanges = [];
  const server = http.createServer(async (request, response) => {
    const exchange = { path: request.url, headers: request.headers, status: 0, answer: {}, text: '' };
    exchanges.push(exchange);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    exchange.body = body.toString('utf8');
    const onward = http.request({ host: upstream.hostname, port: upstream.port, method: request.method, path: request.url,
      headers: { ...request.headers, host: upstream.host } }, (answer) => {
      exchange.status = answer.statusCode;
      exchange.answer = answer.headers;
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.on('data', (bytes) => { exchange.text += bytes; });
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, exchanges, close };
}
