Console.WriteLine("UploadUrl");
