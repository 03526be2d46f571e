// Verifies what arrives with the snippets of the document; prints one line of JSON for each request, and the address first.
import { createServer } from 'node:http';
import * as snippets from './snippets.mjs';

const secret = process.env.WEBHOOK_SECRET;
const postalKey = process.env.POSTAL_KEY;

async function received(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function attempt(verify) {
  try {
    return verify();
  } catch (e) {
    return 'refused';
  }
}

const server = createServer(async (request, response) => {
  const body = await received(request);
  const altered = Buffer.concat([body, Buffer.from(' ')]);
  const headers = request.headers;
  const out = {};
  for (const name of ['standardWebhook', 'svixWebhook']) {
    out[name] = attempt(() => snippets[name](secret, body, headers).type);
    out[name + 'Altered'] = attempt(() => snippets[name](secret, altered, headers).type);
  }
  if (postalKey) {
    out.postal = snippets.isFromPostal(postalKey, body, headers);
    out.postalAltered = snippets.isFromPostal(postalKey, altered, headers);
  }
  console.log(JSON.stringify(out));
  response.writeHead(204).end();
});
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port + '/'));
