using PhotoLambda.UploadUrl;

await UploadUrlFunction.RunAsync();
