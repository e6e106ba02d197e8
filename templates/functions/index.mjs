// Gets what the state gives it, here the message, and returns what the state does with it.
export const handler = async (event, context) => {
  console.log('subject:', (event.subject ?? '').length, 'characters');
  return { actions: [{ allRecipients: true, action: { type: 'DEFAULT' } }] };
};
