import { type Api } from './api.js'
import { upload, waitFor } from './upload.js'
import { createUppy } from './uppy.js'

const form = document.querySelector('form')!
const progress = document.querySelector('progress')!
const output = document.querySelector('output')!

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const fields = new FormData(form, event.submitter)
  const api: Api = { url: String(fields.get('api')), token: () => String(fields.get('token')) }
  const send = fields.get('by') === 'uppy' ? sendByUppy : sendBySample
  try {
    const photo = await send(api, fields.get('file') as File, String(fields.get('project')))
    output.textContent = JSON.stringify(photo, null, 2)
  } catch (error) {
    output.textContent = String(error)
  }
})

function sendBySample(api: Api, file: File, projectId: string) {
  return upload(api, file, { projectId, sha256: true, onProgress: show })
}

async function sendByUppy(api: Api, file: File, projectId: string) {
  let photo = ''
  const uppy = createUppy(api, projectId, (_, photoId) => { photo = photoId })
  uppy.on('progress', (percent) => show(percent, 100))
  uppy.addFile({ name: file.name, type: file.type, data: file })
  const result = await uppy.upload()
  const failed = result?.failed?.[0]
  if (failed) throw new Error(failed.error ?? 'The upload failed.')
  return waitFor(api, photo)
}

function show(sent: number, total: number) {
  progress.value = sent / total
}
