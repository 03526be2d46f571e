// SPDX-License-Identifier: Apache-2.0
// Verifies what arrives with the published libraries; prints one line of JSON for each request, and the address first.
import { createServer } from 'node:http';
import { Webhook as Standard } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';

const secret = process.env.WEBHOOK_SECRET;
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  const out = {};
  for (const [name, Library] of Object.entries({ standard: Standard, svix: Svix })) {
    try {
      out[name] = new Library(secret).verify(body, request.headers).type;
    } catch (e) {
      out[name] = 'refused: ' + e.message;
    }
  }
  try {
    new Standard(secret).verify(body + ' ', request.headers);
    out.altered = 'accepted';
  } catch (e) {
    out.altered = 'refused';
  }
  console.log(JSON.stringify(out));
  response.writeHead(204).end();
});
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port + '/'));
