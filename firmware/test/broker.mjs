// As much of an MQTT 3.1.1 broker as the tests need, and the faults that they need of one.
import net from 'node:net';
import tls from 'node:tls';

export function packet(head, ...parts) {
  const body = Buffer.concat(parts.map(part => (typeof part === 'string' ? text(part) : Buffer.from(part))));
  const length = [];
  for (let n = body.length; ; ) {
    length.push((n & 127) | (n > 127 ? 128 : 0));
    n >>= 7;
    if (!n) break;
  }
  return Buffer.concat([Buffer.from([head, ...length]), body]);
}

export const text = string => Buffer.concat([u16(Buffer.byteLength(string)), Buffer.from(string)]);
export const u16 = n => Buffer.from([n >> 8, n & 255]);

export function publish(topic, payload, { qos = 0, id = 1, retain = false, dup = false } = {}) {
  return packet(0x30 | (qos << 1) | (retain ? 1 : 0) | (dup ? 8 : 0), topic, ...(qos ? [u16(id)] : []), payload);
}

/** Cuts what comes over a socket into packets {head, body}. */
export function packets(onPacket) {
  let rest = Buffer.alloc(0);
  return data => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      let size = 0;
      let at = 1;
      for (; ; at++) {
        if (at >= rest.length) return;
        size |= (rest[at] & 127) << (7 * (at - 1));
        if (rest[at] < 128) break;
      }
      if (rest.length < at + 1 + size) return;
      const packet = { head: rest[0], body: rest.subarray(at + 1, at + 1 + size) };
      rest = rest.subarray(at + 1 + size);
      onPacket(packet);
    }
  };
}

export function parsePublish({ head, body }) {
  const end = 2 + body.readUInt16BE(0);
  const qos = (head >> 1) & 3;
  return {
    topic: body.subarray(2, end).toString(),
    qos,
    id: qos ? body.readUInt16BE(end) : 0,
    retain: (head & 1) === 1,
    dup: (head & 8) === 8,
    payload: Buffer.from(body.subarray(end + (qos ? 2 : 0))),
  };
}

function matches(filter, topic) {
  const [f, t] = [filter.split('/'), topic.split('/')];
  for (let i = 0; i < f.length; i++) {
    if (f[i] === '#') return true;
    if (i >= t.length || (f[i] !== '+' && f[i] !== t[i])) return false;
  }
  return f.length === t.length;
}

export class Broker {
  clients = new Map();
  retained = new Map();
  published = []; // all that was ever published: {client, topic, qos, retain, payload}
  listeners = new Set();

  /** @param secure what tls.createServer takes; without it, it speaks without TLS */
  async start(port = 0, secure = undefined) {
    this.sockets = new Set();
    const serve = socket => this.#serve(socket);
    this.server = secure ? tls.createServer(secure, serve) : net.createServer(serve);
    this.server.on('tlsClientError', () => {}); // the client says what it does not like
    await new Promise(resolve => this.server.listen(port, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    return this;
  }

  #serve(socket) {
    socket.setNoDelay(true);
    this.sockets.add(socket);
    const client = { socket, filters: [], id: undefined, will: undefined };
    socket.on('data', packets(each => this.#packet(client, each)));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.sockets.delete(socket);
      if (this.clients.get(client.id) === client) this.clients.delete(client.id);
      if (client.will) this.publish(client.will.topic, client.will.payload, { retain: true, qos: 1 });
    });
  }

  #packet(client, { head, body }) {
    const kind = head >> 4;
    if (kind === 1) {
      const flags = body[7];
      let at = 10;
      const next = () => {
        const end = at + 2 + body.readUInt16BE(at);
        const part = Buffer.from(body.subarray(at + 2, end));
        at = end;
        return part;
      };
      client.id = next().toString();
      if (flags & 4) client.will = { topic: next().toString(), payload: next() };
      this.clients.get(client.id)?.socket.destroy();
      this.clients.set(client.id, client);
      client.socket.write(packet(0x20, [0, 0]));
    } else if (kind === 8) {
      const codes = [];
      for (let at = 2; at < body.length; ) {
        const end = at + 2 + body.readUInt16BE(at);
        client.filters.push(body.subarray(at + 2, end).toString());
        codes.push(body[end]);
        at = end + 1;
      }
      client.socket.write(packet(0x90, body.subarray(0, 2), codes));
      for (const [topic, payload] of this.retained) {
        if (client.filters.some(filter => matches(filter, topic))) client.socket.write(publish(topic, payload, { retain: true }));
      }
    } else if (kind === 3) {
      const message = parsePublish({ head, body });
      if (message.qos) client.socket.write(packet(0x40, u16(message.id)));
      this.publish(message.topic, message.payload, { ...message, client: client.id });
    } else if (kind === 12) {
      client.socket.write(packet(0xd0));
    } else if (kind === 14) {
      client.will = undefined;
    }
  }

  publish(topic, payload, { retain = false, qos = 0, client } = {}) {
    const bytes = Buffer.from(payload);
    this.published.push({ client, topic, qos, retain, payload: bytes });
    if (retain && bytes.length) this.retained.set(topic, bytes);
    else if (retain) this.retained.delete(topic);
    for (const each of this.clients.values()) {
      if (each.filters.some(filter => matches(filter, topic))) each.socket.write(publish(topic, bytes));
    }
    for (const listener of this.listeners) listener(topic, bytes, client);
  }

  /** Ends all connections; they may come again. */
  drop() {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop() {
    this.drop();
    await new Promise(resolve => this.server.close(resolve));
  }
}
