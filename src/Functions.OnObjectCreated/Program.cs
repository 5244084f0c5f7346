Console.WriteLine("OnObjectCreated");
