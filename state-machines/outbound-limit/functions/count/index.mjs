// Bounces mail to more recipients outside of our domains than are allowed.

const ours = new Set(
  process.env.DOMAINS.split(',').map((domain) => domain.trim().toLowerCase()).filter(Boolean),
);
const limit = Number(process.env.LIMIT);

export const handler = async (event) => {
  const recipients = event.envelope?.recipients ?? [];
  const outside = recipients.filter(({ address }) => !ours.has(domainOf(address)));
  // WorkMail cuts long lists. Then the number is unknown, and a list that long is above every limit.
  const isTooMany = event.truncated === true || outside.length > limit;
  // The log has the numbers, but no address.
  console.log(`outside recipients: ${outside.length}, limit: ${limit}`);
  return { actions: [{ allRecipients: true, action: isTooMany ? bounce() : { type: 'DEFAULT' } }] };
};

function domainOf(address) {
  return address.slice(address.lastIndexOf('@') + 1).trim().toLowerCase();
}

function bounce() {
  const bounceMessage = `A message can have at most ${limit} recipients outside of the company.`;
  return { type: 'BOUNCE', parameters: { bounceMessage } };
}
