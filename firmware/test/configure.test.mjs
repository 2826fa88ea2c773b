// New settings for a board that runs: a trial, and the way back.
import assert from 'node:assert';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { Broker } from './broker.mjs';
import { bytes, deployer, KEY } from './modules.mjs';
import { ask, board, until } from './support.mjs';

// Wi-Fi is the host's: here it is there unless its name is wrong.
const main = `
import asyncio, broccoli.node
from ports import wasm
async def join(config, tries=0):
    while config.get("ssid") == "wrong":
        await asyncio.sleep(0.1)
wasm.join = join
broccoli.node.LONGEST_PAUSE = 500
import main`;
const NEW_KEY = 'another secret';
let [broker, other, asker, elsewhere, worker] = [];
let given; // the last challenge that it gave

before(async () => {
  [broker, other] = [await new Broker().start(), await new Broker().start()];
  asker = board('asker', broker.port, { modules: [] }, { main });
  elsewhere = board('elsewhere', other.port, { modules: [] }, { main });
  worker = board('worker', broker.port, { deploy_key: KEY, watchdog: 4000, ssid: 'garden', key: 'its password' }, { main });
  await Promise.all([asker, elsewhere, worker].map(each => each.start()));
});

after(async () => {
  await Promise.all([asker, elsewhere, worker].map(each => each.close()));
  await Promise.all([broker, other].map(each => each.stop()));
});

const hmac = (key, ...fields) => createHmac('sha256', key).update(fields.join('\n')).digest();
const call = (by, task, ...args) => ask(by, `await cluster.call("deploy.${task}"${args.map(each => ', ' + each).join('')}, on="worker")`, 60000);

/** As who has the key seals them. */
function seal(key, name, challenge, text, nonce = randomBytes(16)) {
  const blocks = hmac(key, 'seal', name, challenge.toString('hex'));
  const sealed = Buffer.from(text);
  for (let i = 0; i < sealed.length; i += 32) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(i / 32);
    const block = createHmac('sha256', blocks).update(nonce).update(number).digest();
    for (let j = i; j < Math.min(i + 32, sealed.length); j++) sealed[j] ^= block[j - i];
  }
  return Buffer.concat([nonce, sealed]);
}

const text = (settings, { within = 30, newKey = '' } = {}) => `${within}\n${newKey}\n${JSON.stringify(settings)}`;

const configuration = (key, name, challenge, sealed) =>
  bytes(hmac(key, 'deploy.configure', 'c', name, challenge.toString('hex'), createHash('sha256').update(sealed).digest('hex')));

async function configure(settings, { key = KEY, by = asker, name = 'worker', ...more } = {}) {
  const challenge = await deployer(by, 'worker', { ms: 60000 }).begin(key);
  const sealed = seal(key, name, challenge, typeof settings === 'string' ? settings : text(settings, more));
  const answer = await call(by, 'configure', bytes(sealed), bytes(challenge), configuration(key, name, challenge, sealed));
  given = challenge;
  return answer;
}

const confirm = ({ key = KEY, challenge = given, by = asker } = {}) =>
  call(by, 'confirm', bytes(challenge), bytes(hmac(key, 'deploy.confirm', 'c', 'worker', challenge.toString('hex'))));
const setting = name => worker.eval(`from broccoli import node\nimport json\nanswer = json.dumps(node.current.config.get("${name}"))`).then(JSON.parse);
const said = line => worker.said.some(each => each.includes(line));

/** Sends settings, and waits until their trial began. */
async function tried(settings, options) {
  worker.said.length = 0;
  const resets = worker.causes.length;
  await configure(settings, options);
  await until(() => worker.causes.length > resets);
  await until(() => existsSync(worker.flash + '/settings.tried'));
}

/** Waits until the board has its older settings again, and gives what confirm says then. */
async function back(options) {
  await until(() => !existsSync(worker.flash + '/settings.tried'), 60000);
  let told;
  await until(async () => {
    told = await confirm(options).then(() => 'confirmed', String);
    return !told.includes('TIMEOUT') && !told.includes('NODE_LOST');
  });
  return told;
}

test('new settings are tried in a life of their own, and are in use from when they are confirmed', async () => {
  assert.equal(await configure({ queue: 4 }), 30);
  await until(async () => (await setting('queue').catch(() => 0)) === 4);
  assert.ok(existsSync(worker.flash + '/settings.tried'));
  assert.equal(await confirm(), true);
  assert.equal(await confirm(), true, 'who asks again hears the same');
  await worker.kill();
  await worker.start();
  assert.equal(await setting('queue'), 4);
  assert.equal(await confirm(), true, 'also after a restart');
  assert.equal(await setting('trial'), null);
});

test('what is not named stays, and null brings back what config.py says', async () => {
  await tried({ offline: 200000 });
  await confirm();
  assert.deepEqual([await setting('queue'), await setting('offline')], [4, 200000]);
  await tried({ queue: null });
  await confirm();
  assert.deepEqual([await setting('queue'), await setting('offline')], [8, 200000]);
});

test('settings that nobody confirms are given up after their time', async () => {
  await tried({ queue: 5 }, { within: 1 });
  const told = await back();
  assert.match(told, /older settings again: (a broker was reached, but nobody confirmed them|no broker was reached.*) within 1 s/);
  assert.equal(await setting('queue'), 8);
});

test('a broker that cannot be reached leads back to the older one, and the failure names it', async () => {
  await tried({ broker: '127.0.0.1:1' }, { within: 2 });
  assert.match(await back(), /no broker was reached \(OSError .*\) within 2 s/);
  assert.equal(await ask(asker, 'await cluster.call("add", 1, 2)'), 3);
});

test('a Wi-Fi that is not there leads back to the older one', async () => {
  await tried({ ssid: 'wrong', key: 'x' }, { within: 1 });
  assert.match(await back(), /no broker was reached, nor a network within 1 s/);
  assert.deepEqual([await setting('ssid'), await setting('key')], ['garden', 'its password']);
});

test('settings with which a board does not stay alive lead back to the older ones', async () => {
  await tried({ watchdog: 1 });
  assert.match(await back(), /the board restarted \(wdt\) before they were confirmed/);
  assert.equal(await setting('watchdog'), 4000);
});

test('a power cut before the trial, in it, and while it is given up: the board has the older settings, or tries the new ones', async () => {
  await worker.kill();
  writeFileSync(worker.flash + '/settings.trial.new', '[99, 30, {"que');
  await worker.start();
  assert.equal(await setting('queue'), 8);
  assert.ok(!existsSync(worker.flash + '/settings.trial.new'));

  await tried({ queue: 6 });
  await worker.kill();
  await worker.start();
  assert.match(await back(), /the board restarted \(pwron\) before/);
  assert.equal(await setting('queue'), 8);

  await tried({ queue: 6 }, { within: 1 });
  await until(() => existsSync(worker.flash + '/settings.why'));
  await worker.kill();
  writeFileSync(worker.flash + '/settings.tried', JSON.stringify([given.toString('hex'), 1, { queue: 6 }])); // as if it had not been removed
  await worker.start();
  assert.match(await back(), /again: .* within 1 s/, 'the first reason stays');
  assert.equal(await setting('queue'), 8);
});

test('what is unsigned, altered, signed for another board, or was sent before is refused', async () => {
  await assert.rejects(configure({ queue: 1 }, { key: 'another' }), /the signature is wrong/);
  await assert.rejects(configure({ queue: 1 }, { name: 'asker' }), /the signature is wrong/);
  const challenge = await deployer(asker, 'worker').begin();
  const sealed = seal(KEY, 'worker', challenge, text({ queue: 2 }, { within: 1 }));
  const mac = configuration(KEY, 'worker', challenge, sealed);
  const altered = Buffer.from(sealed);
  altered[20] ^= 1;
  await assert.rejects(call(asker, 'configure', bytes(altered), bytes(challenge), mac), /the signature is wrong/);
  given = challenge;
  worker.said.length = 0;
  const resets = worker.causes.length;
  await call(asker, 'configure', bytes(sealed), bytes(challenge), mac);
  await until(() => worker.causes.length > resets);
  await until(() => existsSync(worker.flash + '/settings.tried'));
  await back();
  await assert.rejects(call(asker, 'configure', bytes(sealed), bytes(challenge), mac), /the challenge is not valid/, 'also what was given up');
});

test('a confirmation is refused if its signature is wrong, and confirms no other settings', async () => {
  await tried({ queue: 7 });
  await assert.rejects(confirm({ key: 'another' }), /the signature is wrong/);
  await assert.rejects(confirm({ challenge: randomBytes(16) }), /older settings/);
  await assert.rejects(configure({ queue: 3 }), /other settings are on trial/);
  await worker.kill();
  await worker.start();
  assert.match(await back(), /older settings again/);
  assert.equal(await setting('queue'), 8);
});

test('what could not be a configuration is refused at once', async () => {
  for (const [settings, why] of [
    [{ name: 'other' }, /name cannot be changed/],
    [{ deploy_key: 'x' }, /deploy_key cannot be changed/],
    [{ brokr: 'x' }, /no setting is called brokr/],
    [{ broker: 'http://x' }, /the scheme is mqtt or mqtts/],
    [{ broker: 5 }, /Refused/],
    [{ power_save: 'often' }, /power_save/],
    ['30\n\n[1]', /settings are names and values/],
    ['30\n\n{', /cannot be read/],
    ['0\n\n{}', /a trial takes 1 to 3600 s/],
    ['x', /cannot be read/],
  ]) {
    const resets = worker.causes.length;
    await assert.rejects(configure(settings), why);
    assert.equal(worker.causes.length, resets);
  }
  assert.ok(!existsSync(worker.flash + '/settings.trial'));
});

test('a board moves to another broker, whose members confirm it', async () => {
  await tried({ broker: `127.0.0.1:${other.port}` });
  assert.equal(await confirm({ by: elsewhere }), true);
  assert.equal(await ask(elsewhere, 'await cluster.call("add", 1, 2)'), 3);
  await tried({ broker: null }, { by: elsewhere });
  assert.equal(await confirm(), true);
  assert.equal(await ask(asker, 'await cluster.call("add", 1, 2)'), 3);
});

test('a board has a new key from when that is confirmed with it, and the older one is of no use any more', async () => {
  await tried({}, { newKey: 'never confirmed' });
  await assert.rejects(confirm(), /the signature is wrong/, 'the older one cannot confirm');
  await worker.kill();
  await worker.start();
  await tried({}, { newKey: NEW_KEY });
  assert.equal(await confirm({ key: NEW_KEY }), true);
  await assert.rejects(configure({ queue: 3 }), /the signature is wrong/);
  await tried({ queue: 3 }, { key: NEW_KEY });
  assert.equal(await confirm({ key: NEW_KEY }), true);
  await worker.kill();
  await worker.start();
  assert.equal(await setting('deploy_key'), NEW_KEY);
  await tried({ queue: null }, { key: NEW_KEY, newKey: KEY });
  assert.equal(await confirm(), true);
});

test('no message has a secret of the settings, and two with the same settings differ', async () => {
  const from = broker.published.length;
  await tried({ ssid: 'a new Wi-Fi', key: 'a new password' });
  await confirm();
  const all = Buffer.concat(broker.published.slice(from).map(each => each.payload)).toString('latin1');
  assert.ok(all.includes('deploy.configure') && !/a new Wi-Fi|a new password|ssid/.test(all));
  assert.notDeepEqual(seal(KEY, 'worker', given, 'x'), seal(KEY, 'worker', given, 'x'));
});

test('settings that cannot be read are told, and the board has those of config.py', async t => {
  const flash = mkdtempSync(`${tmpdir()}/board-`);
  for (const wrong of ['what is this', '[1]', '[1, 2, 3]', '{}', '[{}, 1, {}]', '']) {
    writeFileSync(flash + '/settings', wrong);
    writeFileSync(flash + '/settings.tried', wrong);
    const device = board('unread', broker.port, { deploy_key: KEY }, { main, flash });
    t.after(() => device.close());
    await device.start();
    await until(() => device.said.includes('connected'));
    assert.ok(device.said.some(line => line.includes('cannot be read, those of config.py are used')), wrong);
    await device.close();
  }
});

test('a full flash refuses new settings, and the board keeps what it has', async () => {
  worker.resizeFlash(0);
  const resets = worker.causes.length;
  await assert.rejects(configure({ queue: 3 }), /OSError/);
  worker.resizeFlash(1 << 20);
  assert.equal(worker.causes.length, resets);
  await worker.kill();
  await worker.start();
  assert.equal(await setting('queue'), 8);
  assert.equal(JSON.parse(readFileSync(worker.flash + '/settings', 'utf8'))[2].ssid, 'a new Wi-Fi');
});
