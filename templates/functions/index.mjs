// Receives the input of its state, here the message, and returns the result of the state.
export const handler = async (event, context) => {
  console.log('subject:', (event.subject ?? '').length, 'characters');
  return { actions: [{ allRecipients: true, action: { type: 'DEFAULT' } }] };
};
