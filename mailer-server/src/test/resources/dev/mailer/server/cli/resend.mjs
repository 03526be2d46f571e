// Drives the official client as its own documentation does; prints one JSON document for the test to judge.
import { Resend } from 'resend';

const resend = new Resend(process.env.RESEND_API_KEY);
const mail = {
  from: 'Shop <shop@example.com>',
  to: ['jo@example.org'],
  subject: 'Hi',
  html: '<p>Hi</p>',
  text: 'Hi',
  replyTo: 're@example.org',
  tags: [{ name: 'kind', value: 'receipt' }],
  headers: { 'X-Order': '7' },
  attachments: [{ filename: 'a.txt', content: Buffer.from('hello') }],
};
const later = { ...mail, scheduledAt: '2099-01-01T00:00:00.000Z' };
const plain = { from: 'a@example.com', to: 'b@example.org', subject: 's', text: 't' };
const out = {};

out.sent = await resend.emails.send(mail, { idempotencyKey: 'key-1' });
out.again = await resend.emails.send(mail, { idempotencyKey: 'key-1' });
out.conflict = await resend.emails.send({ ...mail, subject: 'Ho' }, { idempotencyKey: 'key-1' });
out.read = await resend.emails.get(out.sent.data.id);
out.batch = await resend.batch.send([plain, { ...plain, subject: '2' }], { idempotencyKey: 'key-2' });
out.batchAgain = await resend.batch.send([plain, { ...plain, subject: '2' }], { idempotencyKey: 'key-2' });
out.batchConflict = await resend.batch.send([plain], { idempotencyKey: 'key-2' });
out.permissive = await resend.batch.send([plain, { ...plain, to: 'nobody' }], { batchValidation: 'permissive' });
out.bad = await resend.emails.send({ ...plain, to: 'nobody' });
out.missing = await resend.emails.send({ from: 'a@example.com', to: 'b@example.org', subject: 's' });
out.unknown = await resend.emails.get('01977d3e-5a00-7000-8000-000000000000');
out.wrongKey = await new Resend('mk_wrong').emails.list();
out.list = await resend.emails.list({ limit: 2 });
out.next = await resend.emails.list({ limit: 2, after: out.list.data.data[1].id });
const large = { filename: 'large.bin', content: Buffer.alloc(5 * 1024 * 1024, 200) };
out.large = await resend.emails.send({ ...mail, attachments: [large] });
out.later = await resend.emails.send(later);
out.scheduled = await resend.emails.get(out.later.data.id);
out.cancelled = await resend.emails.cancel(out.later.data.id);
out.afterwards = await resend.emails.get(out.later.data.id);
console.log(JSON.stringify(out));
