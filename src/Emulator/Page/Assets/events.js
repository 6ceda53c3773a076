// Events in the forms that AWS's services send, cut down to what handlers look at.
const now = '2026-01-01T12:00:00.000Z';
const account = '123456789012';
const region = 'us-east-1';

export const readyMade = {
  'Empty object': {},
  'Function URL, GET': {
    version: '2.0', routeKey: '$default', rawPath: '/', rawQueryString: 'name=Ada', headers: { accept: '*/*', host: 'example.lambda-url.us-east-1.on.aws' },
    queryStringParameters: { name: 'Ada' },
    requestContext: {
      accountId: 'anonymous', apiId: 'example', domainName: 'example.lambda-url.us-east-1.on.aws', domainPrefix: 'example',
      http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'page' },
      requestId: '00000000-0000-0000-0000-000000000000', routeKey: '$default', stage: '$default', time: '01/Jan/2026:12:00:00 +0000', timeEpoch: 1767268800000,
    },
    isBase64Encoded: false,
  },
  'REST API, POST': {
    resource: '/orders/{id}', path: '/orders/7', httpMethod: 'POST', headers: { 'Content-Type': 'application/json' },
    multiValueHeaders: { 'Content-Type': ['application/json'] }, queryStringParameters: null, multiValueQueryStringParameters: null,
    pathParameters: { id: '7' }, stageVariables: null,
    requestContext: { accountId: account, apiId: 'example', httpMethod: 'POST', path: '/prod/orders/7', protocol: 'HTTP/1.1', requestId: '00000000-0000-0000-0000-000000000000', resourcePath: '/orders/{id}', stage: 'prod', identity: { sourceIp: '127.0.0.1' } },
    body: '{"amount":3}', isBase64Encoded: false,
  },
  'SQS, one message': {
    Records: [{
      messageId: '00000000-0000-0000-0000-000000000000', receiptHandle: 'handle', body: '{"id":7}',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1767268800000', SenderId: account, ApproximateFirstReceiveTimestamp: '1767268800000' },
      messageAttributes: {}, md5OfBody: '4c9b6a2a4d2d0b8ee4a5ce0f6f1bb1d1', eventSource: 'aws:sqs', eventSourceARN: `arn:aws:sqs:${region}:${account}:orders`, awsRegion: region,
    }],
  },
  'S3, object created': {
    Records: [{
      eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: region, eventTime: now, eventName: 'ObjectCreated:Put',
      s3: { s3SchemaVersion: '1.0', bucket: { name: 'uploads', arn: 'arn:aws:s3:::uploads' }, object: { key: 'report.pdf', size: 1024, eTag: '0123456789abcdef0123456789abcdef' } },
    }],
  },
  'SNS, notification': {
    Records: [{
      EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: `arn:aws:sns:${region}:${account}:orders:00000000`,
      Sns: { Type: 'Notification', MessageId: '00000000-0000-0000-0000-000000000000', TopicArn: `arn:aws:sns:${region}:${account}:orders`, Subject: null, Message: '{"id":7}', Timestamp: now, MessageAttributes: {} },
    }],
  },
  'DynamoDB, new item': {
    Records: [{
      eventID: '1', eventName: 'INSERT', eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: region,
      dynamodb: { ApproximateCreationDateTime: 1767268800, Keys: { Id: { S: '7' } }, NewImage: { Id: { S: '7' }, Amount: { N: '3' } }, SequenceNumber: '111', SizeBytes: 26, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      eventSourceARN: `arn:aws:dynamodb:${region}:${account}:table/Orders/stream/${now}`,
    }],
  },
  'EventBridge, schedule': {
    version: '0', id: '00000000-0000-0000-0000-000000000000', 'detail-type': 'Scheduled Event', source: 'aws.events', account, time: now, region,
    resources: [`arn:aws:events:${region}:${account}:rule/nightly`], detail: {},
  },
};
