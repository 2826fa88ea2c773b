// The MQTT client of a board against a peer that is scripted packet by packet.
import assert from 'node:assert';
import net from 'node:net';
import { afterEach, test } from 'node:test';
import { packet, packets, parsePublish, publish, u16 } from './broker.mjs';
import { board, until, wait } from './support.mjs';

let peer;
let device;

/** Takes connections; what comes is in `got`, {head, body}; nothing is answered but what the test says. */
class Peer {
  got = [];
  connections = 0;

  async start(onPacket = () => {}) {
    this.onPacket = onPacket;
    this.server = net.createServer(socket => {
      socket.setNoDelay(true);
      this.connections += 1;
      this.socket = socket;
      socket.on('error', () => {});
      socket.on('data', packets(each => {
        this.got.push(each);
        this.onPacket(each);
      }));
    });
    await new Promise(resolve => this.server.listen(0, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    return this;
  }

  of(kind) {
    return this.got.filter(each => each.head >> 4 === kind);
  }

  send(...all) {
    for (const each of all) this.socket.write(each);
  }

  async stop() {
    this.socket?.destroy();
    await new Promise(resolve => this.server.close(resolve));
  }
}

/** Answers as a broker does. */
function polite({ head, body }) {
  if (head >> 4 === 1) peer.send(packet(0x20, [0, 0]));
  else if (head >> 4 === 8) peer.send(packet(0x90, body.subarray(0, 2), [0, 1, 0]));
  else if (head >> 4 === 3 && head & 6) peer.send(packet(0x40, u16(parsePublish({ head, body }).id)));
  else if (head >> 4 === 12) peer.send(packet(0xd0));
}

const noted = 'import json\nfrom broccoli import node\nm = node.current.mqtt\n';
const look = async expression => JSON.parse(await device.eval(noted + `answer = json.dumps(${expression})`));

async function start(onPacket = polite, prepare = '') {
  peer = await new Peer().start(onPacket);
  device = board('b', peer.port, {}, prepare ? { main: prepare + '\nimport main' } : {});
  await device.start();
}

afterEach(async () => {
  await device.close();
  await peer.stop();
});

test('it says who it is, and leaves a will', async () => {
  await start();
  await until(() => peer.of(3).length);
  const { body } = peer.of(1)[0];
  assert.equal(body.subarray(0, 7).toString('latin1'), '\x00\x04MQTT\x04');
  assert.equal(body[7], 0x2e); // clean session, a will at least once, retained
  assert.equal(body.readUInt16BE(8), 10);
  assert.ok(body.includes('c:b'));
  assert.ok(body.includes('broccoli/c/p/b'));
  const status = parsePublish(peer.of(3)[0]);
  assert.deepEqual([status.topic, status.qos, status.retain], ['broccoli/c/p/b', 1, true]);
});

test('it subscribes to nothing for which a broker keeps a queue of its own', async () => {
  await start();
  await until(() => peer.of(8).length);
  const { body } = peer.of(8)[0];
  const asked = {};
  for (let at = 2; at < body.length; ) {
    const end = at + 2 + body.readUInt16BE(at);
    asked[body.subarray(at + 2, end).toString()] = body[end];
    at = end + 1;
  }
  assert.deepEqual(asked, { 'broccoli/c/i/b/#': 0, 'broccoli/c/p/b': 0, 'broccoli/c/hello': 0 });
});

test('packets that come byte by byte, or many at once, are all read', async () => {
  const dribble = bytes => {
    for (const byte of bytes) peer.send(Buffer.from([byte]));
  };
  await start(each => {
    if (each.head >> 4 === 1) dribble(packet(0x20, [0, 0]));
    else if (each.head >> 4 === 8) dribble(packet(0x90, each.body.subarray(0, 2), [0, 1, 0]));
  });
  await until(() => peer.of(3).length);
  peer.send(Buffer.concat(Array.from({ length: 40 }, (_, i) => publish('broccoli/c/hello', '', { qos: 1, id: 100 + i }))));
  await until(() => peer.of(4).length === 40);
  const half = publish('broccoli/c/hello', '', { qos: 1, id: 999 });
  peer.send(half.subarray(0, 9));
  await wait(50);
  peer.send(half.subarray(9));
  await until(() => peer.of(4).length === 41);
  assert.deepEqual(peer.of(4).map(each => each.body.readUInt16BE(0)), [...Array.from({ length: 40 }, (_, i) => 100 + i), 999]);
});

test('an oversized packet is drained, counted and acknowledged, and the next one is read', async () => {
  await start();
  await until(() => peer.of(3).length);
  peer.send(publish('broccoli/c/i/b/x', Buffer.alloc(100000), { qos: 1, id: 7 }), publish('broccoli/c/i/b/x', Buffer.alloc(3000)));
  peer.send(publish('broccoli/c/hello', '', { qos: 1, id: 8 }));
  await until(() => peer.of(4).length === 2);
  assert.deepEqual(peer.of(4).map(each => each.body.readUInt16BE(0)), [7, 8]);
  assert.equal(await look('m.oversized'), 2);
  assert.equal(peer.connections, 1);
});

test('what is not acknowledged is sent again under its number until it is, and repeated acknowledgements do no harm', async () => {
  let answer = false;
  await start(each => {
    if (each.head >> 4 !== 3 || answer) polite(each);
  }, 'import broccoli.mqtt\nbroccoli.mqtt.RESEND = 300');
  await until(() => peer.of(3).length >= 3);
  const sent = peer.of(3).map(parsePublish);
  assert.equal(new Set(sent.map(each => each.id)).size, 1);
  assert.deepEqual(sent.slice(0, 3).map(each => each.dup), [false, true, true]);
  answer = true;
  await until(async () => (await look('len(m.unacked)')) === 0);
  peer.send(packet(0x40, u16(sent[0].id)), packet(0x40, u16(sent[0].id)), packet(0x40, u16(4711)));
  const count = peer.of(3).length;
  await wait(2500);
  assert.equal(peer.of(3).length, count);
  assert.equal(peer.connections, 1);
});

test('packet ids go on at 1 after 65,535, and leave out those that are in use', async () => {
  await start(each => {
    if (each.head >> 4 !== 3) polite(each); // nothing is acknowledged
  });
  await until(() => peer.of(3).length === 1);
  const entry = '[bytearray(b"\\x32\\x00"), 1 << 28]';
  await device.eval(noted + `m.unacked.clear()\nm.unacked[1] = ${entry}\nm.unacked[2] = ${entry}\nm.packet_id = 65533
for _ in range(4): node.current.announce()`);
  await until(() => peer.of(3).length === 5);
  assert.deepEqual(peer.of(3).slice(1).map(each => parsePublish(each).id), [65534, 65535, 3, 4]);
});

test('a peer that falls silent is left, and found again', async () => {
  let mute = false;
  await start(each => mute || polite(each), 'import broccoli.mqtt\nbroccoli.mqtt.KEEP_ALIVE = 1');
  await until(() => peer.of(3).length);
  await until(() => peer.of(12).length >= 2); // it asks whether somebody is there
  mute = true;
  await until(() => peer.connections === 2);
  mute = false;
  await until(() => peer.connections === 3 || peer.of(1).length === 2);
  peer.socket.destroy();
  const announced = peer.of(3).length;
  await until(() => peer.of(3).length > announced);
});

test('a peer that has nothing to say, while the board says much, is asked and not left', async () => {
  await start(polite, 'import broccoli.mqtt\nbroccoli.mqtt.KEEP_ALIVE = 1');
  await until(() => peer.of(3).length);
  await device.eval(noted + `
import asyncio
async def chatter():
    while True:
        m.publish("broccoli/c/i/nobody/b", b"")
        await asyncio.sleep(0.1)
asyncio.create_task(chatter())`);
  const before = peer.of(3).length;
  await until(() => peer.connections > 1 || peer.of(3).length > before + 40); // longer than it waits for a silent one
  assert.equal(peer.connections, 1);
  assert.ok(peer.of(12).length > 0);
});

test('a broker that refuses is asked again, ever less often', async () => {
  const times = [];
  await start(each => {
    if (each.head >> 4 === 1) {
      times.push(Date.now());
      peer.send(packet(0x20, [0, 5]));
    }
  });
  await until(() => times.length >= 3);
  assert.ok(device.said.some(line => line.includes('refused by the broker: 5')));
  assert.ok(times[2] - times[1] > 400);
});

test('packets that cannot be are the end of a connection, and not of the board', async () => {
  await start(polite, 'import broccoli.node\nbroccoli.node.LONGEST_PAUSE = 500');
  for (const bytes of [
    [0x30, 0xff, 0xff, 0xff, 0xff, 0x01], // a length of five bytes
    [0x90, 0xff, 0xff, 0x03], // an acknowledgement that is too large
    [0x32, 0x02, 0x00, 0x09], // a topic that is longer than its packet
    [0x36, 0x05, 0x00, 0x01, 0x61, 0x00, 0x01], // QoS 3
    [0x90, 0x01, 0x00], // half an acknowledgement
  ]) {
    await until(async () => await look('m.up'));
    const before = peer.connections;
    peer.send(Buffer.from(bytes));
    await until(() => peer.connections > before);
  }
  await until(async () => await look('m.up'));
});
