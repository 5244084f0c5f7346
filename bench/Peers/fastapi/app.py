"""The upload-url route as a service of FastAPI, asyncpg, PyJWT and boto3 is usually written: the token is verified,
one row is inserted, a PUT is presigned. It has no rate limit, no idempotency, no row-level security and no timeline."""
import os
import uuid
from datetime import datetime, timedelta, timezone
from typing import List, Literal, Optional

import asyncpg
import boto3
import jwt
from botocore.config import Config
from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, Field

BUCKET = os.environ['BENCH_BUCKET']
LIFETIME = 900
EXTENSIONS = {'image/jpeg': 'jpg', 'image/png': 'png'}
INSERT = """
    insert into photos (id, organization_id, project_id, uploaded_by_user_id, session_id, file_name, s3_bucket,
      s3_key_original, declared_content_type, declared_size_bytes, detection_types, priority, expires_at)
    select $1, $2, id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from projects where organization_id = $2 and id = $3
    returning id
    """

app = FastAPI()
keys = jwt.PyJWKClient(os.environ['BENCH_JWKS_URL'])
s3 = boto3.client('s3', region_name=os.environ['AWS_REGION'],
                  config=Config(signature_version='s3v4', s3={'addressing_style': 'virtual'}))


class UploadRequest(BaseModel):
    project_id: uuid.UUID
    file_name: str = Field(min_length=1, max_length=255)
    file_size: int = Field(ge=1024, le=50 * 1024 * 1024)
    mime_type: Literal['image/jpeg', 'image/png']
    detection_types: List[str] = Field(default_factory=list, max_items=16)
    priority: Literal['low', 'normal', 'high'] = 'normal'
    session_id: Optional[str] = Field(default=None, max_length=64)


@app.on_event('startup')
async def connect():
    app.state.database = await asyncpg.create_pool(os.environ['BENCH_DATABASE_URL'], min_size=32, max_size=32)


def caller(request: Request):
    try:
        token = request.headers['authorization'].split(' ', 1)[1]
        claims = jwt.decode(token, keys.get_signing_key_from_jwt(token).key, algorithms=['RS256'],
                            audience=os.environ['BENCH_AUDIENCE'], issuer=os.environ['BENCH_ISSUER'])
    except (KeyError, IndexError, jwt.PyJWTError):
        raise HTTPException(401)
    if 'photos:write' not in claims['scope'].split():
        raise HTTPException(403)
    return claims


async def authenticated(request: Request):
    # Asynchronous, or FastAPI would hand it to a thread for every request.
    return caller(request)


@app.post('/api/v1/photos/upload-url')
async def upload_url(body: UploadRequest, request: Request, claims: dict = Depends(authenticated)):
    now, photo = datetime.now(timezone.utc), uuid.uuid4()
    key = f'{body.project_id}/{now:%Y/%m/%d}/{photo}.{EXTENSIONS[body.mime_type]}'
    row = await app.state.database.fetchrow(
        INSERT, photo, claims['org_id'], body.project_id, claims['sub'], body.session_id, body.file_name, BUCKET, key,
        body.mime_type, body.file_size, body.detection_types, body.priority, now + timedelta(seconds=LIFETIME))
    if row is None:
        raise HTTPException(404)
    url = s3.generate_presigned_url(
        'put_object', ExpiresIn=LIFETIME,
        Params={'Bucket': BUCKET, 'Key': key, 'ContentLength': body.file_size, 'ContentType': body.mime_type})
    return {
        'upload_id': str(photo), 'photo_id': str(photo), 'upload_url': url, 's3_url': f's3://{BUCKET}/{key}',
        'expires_in_seconds': LIFETIME,
        'headers': {'Content-Length': str(body.file_size), 'Content-Type': body.mime_type},
        'status_url': f'{request.url.scheme}://{request.url.netloc}/api/v1/photos/{photo}',
    }
