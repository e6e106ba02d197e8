def lambda_handler(event, context):
    """Receives the input of its state, here the message, and returns the result of the state."""
    print('subject:', len(event.get('subject', '')), 'characters')
    return {'actions': [{'allRecipients': True, 'action': {'type': 'DEFAULT'}}]}
