def lambda_handler(event, context):
    """Gets what the state gives it, here the message, and returns what the state does with it."""
    print('subject:', len(event.get('subject', '')), 'characters')
    return {'actions': [{'allRecipients': True, 'action': {'type': 'DEFAULT'}}]}
